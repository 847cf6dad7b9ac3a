package dev.vedette.server.command;

import dev.vedette.protocol.acl.CommandCatalog;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** All commands, found by the bytes of their name in any case. */
public final class CommandTable {
    private static final int SLOTS = 1024;

    private final @Nullable Command[] slots = new @Nullable Command[SLOTS];
    private final List<Command> commands = new ArrayList<>();

    /** Adds the rows of a group, whose name COMMAND DOCS shows. */
    public void add(String group, Collection<Command> rows) {
        for (var row : rows) {
            add(row.group(group));
        }
    }

    private void add(Command row) {
        var slot = slotOf(row.word());
        while (slots[slot] != null) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        slots[slot] = row;
        commands.add(row);
    }

    public @Nullable Command find(byte[] name) {
        var slot = slotOf(name);
        while (true) {
            var row = slots[slot];
            if (row == null || Words.matches(name, row.word())) {
                return row;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
    }

    /** A command or, for {@code container|sub}, a subcommand. */
    @Nullable Command findByFullName(byte[] name) {
        for (var i = 0; i < name.length; i++) {
            if (name[i] == '|') {
                var container = find(Arrays.copyOf(name, i));
                return container == null
                        ? null
                        : container.subcommand(Arrays.copyOfRange(name, i + 1, name.length));
            }
        }
        return find(name);
    }

    public List<Command> all() {
        return Collections.unmodifiableList(commands);
    }

    /** What the rules of users can name. */
    public CommandCatalog catalog() {
        return CommandCatalog.of(
                () -> RedisCommands.with(commands.stream().map(CommandAccess::of).toList()));
    }

    private static int slotOf(byte[] name) {
        var hash = name.length;
        for (var letter : name) {
            hash = hash * 31 + Words.lower(letter);
        }
        return (hash ^ hash >>> 12) & (SLOTS - 1);
    }
}
