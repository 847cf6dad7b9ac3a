package dev.vedette.server.command;

import dev.vedette.protocol.acl.AclCommand;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every command that Redis 7.2 has, so that the rules of a user can name those that this server
 * does not serve: a conf from Redis must mean the same here, today and when they are served.
 */
final class RedisCommands {
    private static final String LIST = "redis-commands.txt";

    private RedisCommands() {}

    /** The served ones, and behind them those that only Redis has. */
    static List<AclCommand> with(List<AclCommand> served) {
        var all = new LinkedHashMap<String, AclCommand>();
        served.forEach(command -> all.put(command.name(), command));
        var missing = new LinkedHashMap<String, List<AclCommand>>();
        for (var line : lines()) {
            var words = List.of(line.split(" ", -1));
            var name = words.getFirst();
            var bar = name.indexOf('|');
            if (bar < 0) {
                all.putIfAbsent(name, command(words));
            } else {
                missing.computeIfAbsent(name.substring(0, bar), _ -> new ArrayList<>())
                        .add(command(words));
            }
        }
        missing.forEach((name, subs) -> all.computeIfPresent(name, (_, row) -> with(row, subs)));
        return List.copyOf(all.values());
    }

    private static AclCommand with(AclCommand command, List<AclCommand> subcommands) {
        Map<String, AclCommand> all = new LinkedHashMap<>();
        command.subcommands().forEach(sub -> all.put(sub.name(), sub));
        subcommands.forEach(sub -> all.putIfAbsent(sub.name(), sub));
        return new AclCommand(
                command.name(),
                command.arity(),
                command.categories(),
                command.open(),
                command.arguments(),
                List.copyOf(all.values()));
    }

    /**
     * @param words name, arity, categories
     */
    private static AclCommand command(List<String> words) {
        return new AclCommand(
                words.get(0),
                Integer.parseInt(words.get(1)),
                Set.copyOf(words.subList(2, words.size())),
                false,
                AclCommand.Arguments.NONE,
                List.of());
    }

    private static List<String> lines() {
        try (var in = RedisCommands.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IllegalStateException(LIST + " is missing");
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return reader.lines().toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
