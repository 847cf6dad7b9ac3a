package dev.vedette.protocol.conf;

import dev.vedette.protocol.net.Address;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The syntaxes of directives that hold several words. */
final class ListSyntax {
    private ListSyntax() {}

    abstract static class Many<T> implements Syntax<List<T>> {
        @Override
        public boolean manyWords() {
            return true;
        }

        @Override
        public String show(List<T> value) {
            return value.stream().map(this::word).collect(Collectors.joining(" "));
        }

        String word(T item) {
            return item.toString();
        }

        @Override
        public List<String> lines(List<T> value) {
            return List.of(value.isEmpty() ? "\"\"" : show(value));
        }

        static boolean isEmptyWord(List<String> arguments) {
            return arguments.size() == 1 && arguments.getFirst().isEmpty();
        }
    }

    static final class Choices extends Many<String> {
        private final List<String> choices;

        Choices(List<String> choices) {
            this.choices = choices;
        }

        @Override
        public List<String> parse(List<String> arguments, Optional<List<String>> before)
                throws BadDirective {
            if (arguments.isEmpty()) {
                throw new BadDirective(BadDirective.WRONG_COUNT);
            }
            var chosen = new ArrayList<String>();
            for (String argument : arguments) {
                String word = ScalarSyntax.choose(argument, choices);
                if (!chosen.contains(word)) {
                    chosen.add(word);
                }
            }
            if (chosen.contains("save") && chosen.contains("nosave")) {
                throw new BadDirective(
                        "shutdown options SAVE and NOSAVE can't be used simultaneously");
            }
            return List.copyOf(chosen);
        }
    }

    static final class Words extends Many<String> {
        private final int max;
        private final String tooMany;

        Words(int max, String tooMany) {
            this.max = max;
            this.tooMany = tooMany;
        }

        @Override
        public List<String> parse(List<String> arguments, Optional<List<String>> before)
                throws BadDirective {
            if (arguments.size() > max) {
                throw new BadDirective(tooMany);
            }
            return isEmptyWord(arguments) ? List.of() : List.copyOf(arguments);
        }
    }

    static final class Percentiles extends Many<Double> {
        private final String name;

        Percentiles(String name) {
            this.name = name;
        }

        @Override
        public List<Double> parse(List<String> arguments, Optional<List<Double>> before)
                throws BadDirective {
            var percentiles = new ArrayList<Double>();
            for (String argument : isEmptyWord(arguments) ? List.<String>of() : arguments) {
                double percentile;
                try {
                    percentile = Double.parseDouble(argument);
                } catch (NumberFormatException e) {
                    throw new BadDirective("Invalid " + name + " parameters");
                }
                if (!(percentile >= 0 && percentile <= 100)) {
                    throw new BadDirective(name + " parameters should sit between [0.0,100.0]");
                }
                percentiles.add(percentile);
            }
            return List.copyOf(percentiles);
        }

        @Override
        String word(Double percentile) {
            return percentile == Math.rint(percentile)
                    ? Long.toString(Math.round(percentile))
                    : percentile.toString();
        }
    }

    static final class Integers extends Many<Integer> {
        private final String name;
        private final int count;
        private final int min;
        private final int max;

        Integers(String name, int count, int min, int max) {
            this.name = name;
            this.count = count;
            this.min = min;
            this.max = max;
        }

        @Override
        public List<Integer> parse(List<String> arguments, Optional<List<Integer>> before)
                throws BadDirective {
            if (arguments.size() != count) {
                throw new BadDirective(BadDirective.WRONG_COUNT);
            }
            var numbers = new ArrayList<Integer>();
            for (String argument : arguments) {
                OptionalLong number = ScalarSyntax.strictLong(argument);
                if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
                    throw new BadDirective(
                            "Invalid "
                                    + name
                                    + ", elements must be between "
                                    + min
                                    + " and "
                                    + max
                                    + ".");
                }
                numbers.add((int) number.getAsLong());
            }
            return List.copyOf(numbers);
        }
    }

    /** The first line replaces the default points, each further one adds; "" takes all away. */
    static final class SavePoints extends Many<SavePoint> {
        @Override
        public List<SavePoint> parse(List<String> arguments, Optional<List<SavePoint>> before)
                throws BadDirective {
            if (isEmptyWord(arguments)) {
                return List.of();
            }
            if (arguments.isEmpty() || arguments.size() % 2 != 0) {
                throw invalid();
            }
            var points = new ArrayList<SavePoint>(before.orElse(List.of()));
            for (int i = 0; i < arguments.size(); i += 2) {
                OptionalLong seconds = ScalarSyntax.strictLong(arguments.get(i));
                OptionalLong changes = ScalarSyntax.strictLong(arguments.get(i + 1));
                if (seconds.orElse(0) < 1 || changes.orElse(-1) < 0) {
                    throw invalid();
                }
                points.add(new SavePoint(seconds.getAsLong(), changes.getAsLong()));
            }
            return List.copyOf(points);
        }

        private static BadDirective invalid() {
            return new BadDirective(
                    "Invalid save parameters",
                    "pairs of seconds and changes are expected, such as 3600 1 300 100; \"\""
                            + " switches snapshots off");
        }

        @Override
        String word(SavePoint point) {
            return point.seconds() + " " + point.changes();
        }

        @Override
        public List<String> lines(List<SavePoint> value) {
            return value.isEmpty() ? List.of("\"\"") : value.stream().map(this::word).toList();
        }
    }

    static final class Master implements Syntax<Optional<Address>> {
        @Override
        public Optional<Address> parse(List<String> arguments, Optional<Optional<Address>> before)
                throws BadDirective {
            if (arguments.size() != 2) {
                throw new BadDirective(
                        BadDirective.WRONG_COUNT,
                        "host and port are expected, such as 10.0.0.1 6379");
            }
            String host = arguments.getFirst();
            String port = arguments.getLast();
            if (host.toLowerCase(Locale.ROOT).equals("no")
                    && port.toLowerCase(Locale.ROOT).equals("one")) {
                return Optional.empty();
            }
            OptionalLong number = ScalarSyntax.strictLong(port);
            if (number.isEmpty() || number.getAsLong() < 0 || number.getAsLong() > 65535) {
                throw new BadDirective("Invalid master port");
            }
            if (host.isEmpty() || host.length() > Address.MAX_HOST_CHARS) {
                throw new BadDirective("Invalid master host", "the host must not be empty");
            }
            return Optional.of(new Address(host, (int) number.getAsLong()));
        }

        @Override
        public String show(Optional<Address> value) {
            return value.map(address -> address.host() + " " + address.port()).orElse("");
        }

        /** No line at all for a master: old lines are emptied. */
        @Override
        public List<String> lines(Optional<Address> value) {
            return value.isPresent() ? List.of(show(value)) : List.of();
        }

        @Override
        public boolean manyWords() {
            return true;
        }
    }
}
