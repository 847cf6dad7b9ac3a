package dev.vedette.protocol.conf;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** {@code client-output-buffer-limit}: how much output may wait for a client of each class. */
public record BufferLimits(Map<ClientClass, Limit> byClass) {
    /** The classes of clients, by the name that CONFIG GET gives them. */
    public enum ClientClass {
        NORMAL("normal"),
        REPLICA("slave"),
        PUBSUB("pubsub");

        private final String wireName;

        ClientClass(String wireName) {
            this.wireName = wireName;
        }

        static Optional<ClientClass> named(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "normal" -> Optional.of(NORMAL);
                case "slave", "replica" -> Optional.of(REPLICA);
                case "pubsub" -> Optional.of(PUBSUB);
                default -> Optional.empty();
            };
        }
    }

    /**
     * @param hardBytes at once the end of the client; 0 is no limit
     * @param softBytes the end when exceeded for the seconds; 0 is no limit
     */
    public record Limit(long hardBytes, long softBytes, int softSeconds) {}

    public static final BufferLimits DEFAULTS =
            new BufferLimits(
                    Map.of(
                            ClientClass.NORMAL, new Limit(0, 0, 0),
                            ClientClass.REPLICA, new Limit(256L << 20, 64L << 20, 60),
                            ClientClass.PUBSUB, new Limit(32L << 20, 8L << 20, 60)));

    public BufferLimits {
        byClass = Map.copyOf(byClass);
    }

    public Limit of(ClientClass clientClass) {
        Limit limit = byClass.get(clientClass);
        return limit == null ? new Limit(0, 0, 0) : limit;
    }

    static final class LimitSyntax implements Syntax<BufferLimits> {
        @Override
        public BufferLimits parse(List<String> arguments, Optional<BufferLimits> before)
                throws BadDirective {
            if (arguments.isEmpty() || arguments.size() % 4 != 0) {
                throw new BadDirective(
                        "Wrong number of arguments in buffer limit configuration.",
                        "class, hard limit, soft limit and soft seconds are expected,"
                                + " such as replica 256mb 64mb 60");
            }
            var limits =
                    new EnumMap<ClientClass, Limit>(before.orElse(BufferLimits.DEFAULTS).byClass());
            for (int i = 0; i < arguments.size(); i += 4) {
                List<String> four = arguments.subList(i, i + 4);
                limits.put(clientClass(four.getFirst()), limit(four));
            }
            return new BufferLimits(limits);
        }

        private static ClientClass clientClass(String name) throws BadDirective {
            return ClientClass.named(name)
                    .orElseThrow(
                            () ->
                                    new BadDirective(
                                            "Invalid client class specified in buffer limit"
                                                    + " configuration.",
                                            "the classes are normal, replica and pubsub"));
        }

        private static Limit limit(List<String> four) throws BadDirective {
            OptionalLong hard = MemorySize.parse(four.get(1));
            OptionalLong soft = MemorySize.parse(four.get(2));
            OptionalLong seconds = ScalarSyntax.strictLong(four.get(3));
            if (hard.isEmpty()
                    || soft.isEmpty()
                    || seconds.isEmpty()
                    || seconds.getAsLong() < 0
                    || seconds.getAsLong() > Integer.MAX_VALUE) {
                throw new BadDirective(
                        "Error in hard, soft or soft_seconds setting in buffer limit"
                                + " configuration.");
            }
            return new Limit(hard.getAsLong(), soft.getAsLong(), (int) seconds.getAsLong());
        }

        @Override
        public String show(BufferLimits value) {
            return List.of(ClientClass.values()).stream()
                    .map(
                            clientClass -> {
                                Limit limit = value.of(clientClass);
                                return clientClass.wireName
                                        + " "
                                        + limit.hardBytes()
                                        + " "
                                        + limit.softBytes()
                                        + " "
                                        + limit.softSeconds();
                            })
                    .collect(Collectors.joining(" "));
        }

        /** Only the classes that differ from the default have a line of their own. */
        @Override
        public List<String> lines(BufferLimits value) {
            return List.of(ClientClass.values()).stream()
                    .filter(c -> !value.of(c).equals(BufferLimits.DEFAULTS.of(c)))
                    .map(
                            c -> {
                                Limit limit = value.of(c);
                                String name = c == ClientClass.REPLICA ? "replica" : c.wireName;
                                return name
                                        + " "
                                        + MemorySize.format(limit.hardBytes())
                                        + " "
                                        + MemorySize.format(limit.softBytes())
                                        + " "
                                        + limit.softSeconds();
                            })
                    .toList();
        }

        @Override
        public boolean manyWords() {
            return true;
        }
    }
}
