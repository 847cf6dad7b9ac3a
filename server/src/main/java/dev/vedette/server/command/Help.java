package dev.vedette.server.command;

import java.util.List;

/** The reply of a container's HELP, in the form of Redis (networking.c, addReplyHelp). */
final class Help {
    private Help() {}

    /**
     * @param lines a subcommand with its arguments, then lines about it that begin with blanks
     */
    static void reply(CommandContext ctx, String... lines) {
        var name = ctx.command().upperName();
        var container = name.substring(0, name.indexOf('|'));
        var out = ctx.reply();
        out.array(lines.length + 3L);
        out.simple(container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        List.of(lines).forEach(out::simple);
        out.simple("HELP");
        out.simple("    Prints this help.");
    }
}
