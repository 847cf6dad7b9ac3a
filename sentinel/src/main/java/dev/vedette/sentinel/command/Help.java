package dev.vedette.sentinel.command;

import java.util.List;

/**
 * What the HELP subcommands answer: status lines, a head and a foot around those of the command.
 */
final class Help {
    private Help() {}

    static void write(ClientSession client, String command, List<String> lines) {
        var out = client.reply();
        out.array(lines.size() + 3L);
        out.simple(command + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        lines.forEach(out::simple);
        out.simple("HELP");
        out.simple("    Prints this help.");
    }
}
