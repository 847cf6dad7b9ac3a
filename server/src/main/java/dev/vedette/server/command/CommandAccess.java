package dev.vedette.server.command;

import dev.vedette.protocol.acl.Access;
import dev.vedette.protocol.acl.AclCommand;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rows of the command table as access control sees them. */
final class CommandAccess {
    private static final byte[] GET = Words.of("get");

    private CommandAccess() {}

    static AclCommand of(Command command) {
        return new AclCommand(
                command.name(),
                command.arity(),
                Set.copyOf(command.categories()),
                command.has(Flag.NO_AUTH),
                arguments(command),
                command.subcommands().stream().map(CommandAccess::of).toList());
    }

    private static AclCommand.Arguments arguments(Command command) {
        return switch (command.name()) {
            case "subscribe" -> words -> channels(words, false);
            case "psubscribe" -> words -> channels(words, true);
            case "publish" -> _ -> List.of(new Access.Channel(1, false));
            default ->
                    command.keySpecs().isEmpty()
                            ? AclCommand.Arguments.NONE
                            : words -> keys(command, words);
        };
    }

    private static List<Access> channels(byte[][] words, boolean patterns) {
        var channels = new ArrayList<Access>();
        for (var at = 1; at < words.length; at++) {
            channels.add(new Access.Channel(at, patterns));
        }
        return channels;
    }

    private static List<Access> keys(Command command, byte[][] words) {
        var keys = new ArrayList<Access>();
        for (var spec : command.keySpecs()) {
            var flags = Set.of(flagsOf(command, spec, words).split(" ", -1));
            var reads = flags.contains("access");
            var writes =
                    flags.contains("insert")
                            || flags.contains("update")
                            || flags.contains("delete");
            spec.positions(words.length).forEach(at -> keys.add(new Access.Key(at, reads, writes)));
        }
        return keys;
    }

    /** What SET does to its key depends on its options (db.c, setGetKeys). */
    static String flagsOf(Command command, KeySpec spec, byte[][] words) {
        if (!command.name().equals("set")) {
            return spec.flags();
        }
        for (var i = 3; i < words.length; i++) {
            if (Words.matches(words[i], GET)) {
                return "RW access update";
            }
        }
        return "OW update";
    }
}
