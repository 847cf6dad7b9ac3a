package dev.vedette.protocol.acl;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The commands that rules can name, and the categories that they are in. One thread at a time. */
public final class CommandCatalog {
    /** All categories, in the order in which ACL CAT shows them. */
    public static final List<String> CATEGORIES =
            List.of(
                    "keyspace",
                    "read",
                    "write",
                    "set",
                    "sortedset",
                    "list",
                    "hash",
                    "string",
                    "bitmap",
                    "hyperloglog",
                    "geo",
                    "stream",
                    "pubsub",
                    "admin",
                    "fast",
                    "slow",
                    "blocking",
                    "dangerous",
                    "connection",
                    "transaction",
                    "scripting");

    /** More than there will ever be: who may do everything needs no list of it. */
    static final int CAPACITY = 4096;

    /** Knows nothing and takes every name: to check the form of rules alone. */
    static final CommandCatalog ANY_NAME = of(List::of);

    private final Supplier<? extends Collection<AclCommand>> commands;
    private final List<AclCommand> byId = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, BitSet> granted = new HashMap<>();

    private boolean filled;

    private CommandCatalog(Supplier<? extends Collection<AclCommand>> commands) {
        this.commands = commands;
    }

    /**
     * The commands are asked for once, when a rule or a user without all rights first needs them:
     * most daemons never do, and a start must not wait for it.
     */
    public static CommandCatalog of(Supplier<? extends Collection<AclCommand>> commands) {
        return new CommandCatalog(commands);
    }

    private CommandCatalog filled() {
        if (!filled) {
            filled = true;
            commands.get().forEach(this::add);
            CATEGORIES.forEach(category -> granted.put(category, collect(category)));
        }
        return this;
    }

    private void add(AclCommand command) {
        ids.put(command.name(), byId.size());
        byId.add(command);
        command.subcommands().forEach(this::add);
    }

    /** What a rule of a category concerns: a command brings its subcommands along. */
    private BitSet collect(String category) {
        var members = new BitSet();
        for (var command : byId) {
            if (command.categories().contains("@" + category)) {
                members.or(family(command));
            }
        }
        return members;
    }

    /** A command, or with a bar a subcommand, in any case. */
    Optional<AclCommand> find(String fullName) {
        var id = filled().ids.get(fullName.toLowerCase(Locale.ROOT));
        return id == null ? Optional.empty() : Optional.of(byId.get(id));
    }

    int id(AclCommand command) {
        return filled().ids.getOrDefault(command.name(), -1);
    }

    BitSet family(AclCommand command) {
        var family = new BitSet();
        family.set(id(command));
        command.subcommands().forEach(sub -> family.set(id(sub)));
        return family;
    }

    /** Whom a rule of this category concerns; empty for an unknown category. */
    Optional<BitSet> grantedBy(String category) {
        return Optional.ofNullable(filled().granted.get(category.toLowerCase(Locale.ROOT)));
    }

    /** The commands that say that they are in this category. */
    List<String> namesIn(String category) {
        var wanted = "@" + category.toLowerCase(Locale.ROOT);
        return filled().byId.stream()
                .filter(command -> command.categories().contains(wanted))
                .map(AclCommand::name)
                .toList();
    }
}
