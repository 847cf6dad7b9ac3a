package dev.vedette.sentinel.command;

import dev.vedette.protocol.acl.Access;
import dev.vedette.protocol.acl.AclCommand;
import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.info.ProcessInfo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** All commands of the port, by name in any case. Immutable once created. */
final class CommandTable {
    private static final Set<String> WHILE_SUBSCRIBED =
            Set.of(
                    "ping",
                    "subscribe",
                    "unsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "quit",
                    "reset");

    private static final Set<String> UNLISTED = Set.of("quit", "reset");

    private final Map<String, Command> commands = new LinkedHashMap<>();

    /** All rows, whatever a conf calls them, or takes away. */
    private final List<Command> ownNames = new ArrayList<>();

    private CommandTable() {}

    /**
     * @param names what each command is called; one that is missing there nobody may call
     */
    static CommandTable create(
            Sentinel sentinel,
            SentinelPort port,
            Subscriptions subscriptions,
            ProcessInfo process,
            Map<String, String> names) {
        var table = new CommandTable();
        table.add(new SentinelCommands(sentinel).rows());
        table.add(new PubSubCommands(sentinel, subscriptions).rows());
        table.add(new ConnectionCommands(port, subscriptions).rows());
        table.add(List.of(new ClientCommands(port).row()));
        table.add(
                new ServerCommands(sentinel, new InfoReply(sentinel, port, process, subscriptions))
                        .rows());
        table.add(List.of(new AclCommands(sentinel, port).row()));
        table.add(List.of(new CommandCommands(table).row()));
        table.rename(names);
        return table;
    }

    private void rename(Map<String, String> names) {
        var rows = List.copyOf(commands.values());
        ownNames.addAll(rows);
        commands.clear();
        for (var row : rows) {
            // QUIT and the like are ours alone: no conf can rename them.
            var name =
                    CommandNames.ALL.contains(row.fullName())
                            ? names.get(row.fullName())
                            : row.fullName();
            if (name != null) {
                commands.putIfAbsent(name, row);
            }
        }
    }

    private void add(Collection<Command> rows) {
        rows.forEach(row -> commands.put(row.fullName(), row));
    }

    Optional<Command> find(String name) {
        return Optional.ofNullable(commands.get(name.toLowerCase(Locale.ROOT)));
    }

    /** A command or, with a bar in the name, a subcommand. */
    Optional<Command> findFull(String name) {
        var bar = name.indexOf('|');
        return bar < 0
                ? find(name)
                : find(name.substring(0, bar)).flatMap(c -> c.subcommand(name.substring(bar + 1)));
    }

    /** Those that COMMAND tells of: a sentinel of Redis 7 has neither QUIT nor RESET. */
    List<Command> listed() {
        return commands.values().stream().filter(c -> !UNLISTED.contains(c.fullName())).toList();
    }

    /** What rules of users can name: a renamed command by its own name, as in Redis. */
    CommandCatalog catalog() {
        return CommandCatalog.of(
                () -> ownNames.stream().map(CommandTable::forAccessControl).toList());
    }

    private static AclCommand forAccessControl(Command command) {
        return new AclCommand(
                command.fullName(),
                command.arity(),
                Set.copyOf(command.categories()),
                command.has("no_auth"),
                channels(command.fullName()),
                command.subcommands().values().stream()
                        .map(CommandTable::forAccessControl)
                        .toList());
    }

    private static AclCommand.Arguments channels(String name) {
        return switch (name) {
            case "subscribe" -> words -> allWords(words, false);
            case "psubscribe" -> words -> allWords(words, true);
            case "publish" -> _ -> List.of(new Access.Channel(1, false));
            default -> AclCommand.Arguments.NONE;
        };
    }

    private static List<Access> allWords(byte[][] words, boolean patterns) {
        return IntStream.range(1, words.length)
                .<Access>mapToObj(at -> new Access.Channel(at, patterns))
                .toList();
    }

    boolean allowedWhileSubscribed(Command command) {
        return WHILE_SUBSCRIBED.contains(command.fullName());
    }
}
