package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.List;

/**
 * A SENTINEL subcommand that changes something. The command layer has checked arity and types; what
 * needs the core's knowledge (does the master exist, is a failover running) is answered by the
 * core.
 */
public sealed interface OperatorCommand {
    record Failover(String masterName) implements OperatorCommand {}

    record Monitor(String masterName, Address address, int quorum) implements OperatorCommand {}

    record Remove(String masterName) implements OperatorCommand {}

    /** RESET of every master whose name matches the glob; answered with their number. */
    record Reset(String pattern) implements OperatorCommand {}

    /**
     * SENTINEL SET: options are applied in order; those before a faulty one stay applied, and are
     * saved.
     */
    record Set(String masterName, List<Option> options) implements OperatorCommand {
        /**
         * One option with its words as typed. The core validates the values.
         *
         * @param words one word, two for {@code rename-command}
         * @param executable whether the file that the word names can be executed; looked up by the
         *     command layer for the two script options, and of no meaning for the others
         */
        public record Option(String name, List<String> words, boolean executable) {
            public Option(String name, List<String> words) {
                this(name, words, true);
            }

            /** Without the words: one may be a password. */
            @Override
            public String toString() {
                return name;
            }
        }
    }

    /** SENTINEL CONFIG SET: names and values in turn, all of which hold or none. */
    record ConfigSet(List<String> words) implements OperatorCommand {
        public ConfigSet {
            words = List.copyOf(words);
        }

        /** Without the words: one may be a password. */
        @Override
        public String toString() {
            return "ConfigSet";
        }
    }

    /**
     * SENTINEL DEBUG with words: a period and its milliseconds, any number of times; those before a
     * faulty one stay applied.
     */
    record Debug(List<String> words) implements OperatorCommand {
        public Debug {
            words = List.copyOf(words);
        }
    }

    /**
     * SENTINEL SIMULATE-FAILURE: crash at these moments, and at no others.
     *
     * @param unknownWord whether the words ended with one that names no failure; those before it
     *     hold
     */
    record SimulateFailure(List<SimulatedFailure> failures, boolean unknownWord)
            implements OperatorCommand {
        public SimulateFailure {
            failures = List.copyOf(failures);
        }
    }

    record FlushConfig() implements OperatorCommand {}
}
