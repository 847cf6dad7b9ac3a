package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * DNS: which address a name stands for, and what goes wrong with asking. Who asks has the contract
 * of the production class: it is told what was found last when an answer is late.
 */
final class NameService {
    /** What it does when it is asked. */
    enum Mood {
        WELL,
        /** No answer at all. */
        HANGS,
        /** No such name. */
        FAILS,
        /**
         * An address where nobody is. (One where another node of the group answers would be
         * believed until that connection breaks, by Redis too.)
         */
        LIES
    }

    private static final long SHORTEST = 300;
    private static final long LONGEST = 5_000;

    /** How long a fresh answer is waited for when there is an old one, and when there is none. */
    private static final long PATIENCE = 500_000;

    private static final long DEADLINE = 5_000_000;

    private final World world;
    private final Dice dice;
    private final Map<String, Machine> machines = new HashMap<>();

    private Mood mood = Mood.WELL;
    private boolean lied;

    NameService(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    void name(String name, Machine machine) {
        machines.put(name, machine);
    }

    /** Whose name that is; names do not change hands. */
    Optional<Machine> machine(Address address) {
        return machines.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(machines.get(address.host()));
    }

    /** By name where it has one, else where it is now. */
    Address shown(Address identity) {
        for (var entry : machines.entrySet()) {
            if (entry.getValue().address.equals(identity)) {
                return new Address(entry.getKey(), identity.port());
            }
        }
        return world.network.everAt(identity).map(Machine::at).orElse(identity);
    }

    boolean isUsed() {
        return !machines.isEmpty();
    }

    boolean isName(String host) {
        return machines.containsKey(host);
    }

    boolean hangs() {
        return mood == Mood.HANGS;
    }

    /** Wrong addresses were told: who connected there may have spoken of them. */
    boolean hasLied() {
        return lied;
    }

    void mood(Mood newMood) {
        lied |= newMood == Mood.LIES;
        world.tell("names", "are asked:", newMood);
        mood = newMood;
    }

    /** The addresses of that name as the server tells them now, or none; never when it hangs. */
    private void ask(String name, Consumer<List<String>> then) {
        var answer =
                switch (mood) {
                    case WELL -> found(name);
                    case FAILS -> List.<String>of();
                    case LIES -> List.of("10.9.9." + dice.between(1, 200));
                    case HANGS -> null;
                };
        if (answer != null) {
            world.queue.after(dice.between(SHORTEST, LONGEST), () -> then.accept(answer));
        }
    }

    private List<String> found(String name) {
        var machine = machines.get(name);
        return machine == null ? List.of() : List.of(machine.at().host());
    }

    /** One process that asks, and remembers what it was told. */
    final class Client {
        private final Map<String, List<String>> last = new HashMap<>();

        /**
         * Tells {@code fresh} every answer, and {@code found} once what to use: the answer, or what
         * was found last when it is late or there is none.
         */
        void find(String host, Consumer<List<String>> fresh, Consumer<List<String>> found) {
            if (!isName(host)) {
                found.accept(List.of(host));
                return;
            }
            var old = last.get(host);
            var lookUp = new LookUp(fresh, found);
            ask(
                    host,
                    ips -> {
                        if (!ips.isEmpty()) {
                            last.put(host, ips);
                            lookUp.answer(ips);
                        } else if (!lookUp.over) {
                            lookUp.answer(last.getOrDefault(host, List.of()));
                        }
                    });
            world.queue.after(
                    old == null ? DEADLINE : PATIENCE,
                    () -> {
                        if (!lookUp.over) {
                            lookUp.answer(last.getOrDefault(host, List.of()));
                        }
                    });
        }
    }

    private static final class LookUp {
        private final Consumer<List<String>> fresh;
        private final Consumer<List<String>> found;
        private boolean over;

        private LookUp(Consumer<List<String>> fresh, Consumer<List<String>> found) {
            this.fresh = fresh;
            this.found = found;
        }

        private void answer(List<String> ips) {
            fresh.accept(ips);
            if (!over) {
                over = true;
                found.accept(ips);
            }
        }
    }
}
