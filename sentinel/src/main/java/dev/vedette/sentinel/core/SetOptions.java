package dev.vedette.sentinel.core;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** SENTINEL SET: checks and applies one option (Redis {@code sentinelSetCommand}). */
final class SetOptions {
    /** What came of one option: refused with a line, or applied and to be told so. */
    sealed interface Outcome {
        /**
         * @param told what {@code +set} says of it
         * @param newCredentials the links to the master and its replicas must log in anew
         */
        record Applied(String told, boolean newCredentials) implements Outcome {}

        record Refused(String line) implements Outcome {}
    }

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");

    private final boolean denyScripts;

    SetOptions(boolean denyScripts) {
        this.denyScripts = denyScripts;
    }

    Outcome apply(MonitoredMaster master, OperatorCommand.Set.Option option) {
        var name = redisName(option.name().toLowerCase(Locale.ROOT));
        int words = name.equals("rename-command") ? 2 : 1;
        if (option.words().size() != words) {
            return unknown(option);
        }
        for (int i = 0; i < words; i++) {
            if (Texts.holdsControls(option.words().get(i))) {
                return invalid(option, i);
            }
        }
        var options = master.options.toBuilder();
        return switch (name) {
            case "down-after-milliseconds" ->
                    number(option, 1).isEmpty()
                            ? invalid(option, 0)
                            : applied(master, option, options.downAfter(millis(option)).build());
            case "failover-timeout" ->
                    number(option, 1).isEmpty()
                            ? invalid(option, 0)
                            : applied(
                                    master,
                                    option,
                                    options.failoverTimeout(millis(option)).build());
            case "master-reboot-down-after-period" ->
                    number(option, 0).isEmpty()
                            ? invalid(option, 0)
                            : applied(
                                    master,
                                    option,
                                    options.rebootDownAfter(millis(option)).build());
            case "parallel-syncs" ->
                    small(option).isEmpty()
                            ? invalid(option, 0)
                            : applied(
                                    master, option, options.parallelSyncs(integer(option)).build());
            case "quorum" -> {
                if (small(option).isEmpty()) {
                    yield invalid(option, 0);
                }
                master.quorum = integer(option);
                yield applied(master, option, master.options);
            }
            case "notification-script" ->
                    scriptRefused(option, "Notification")
                            .orElseGet(
                                    () ->
                                            applied(
                                                    master,
                                                    option,
                                                    options.notificationScript(text(option))
                                                            .build()));
            case "client-reconfig-script" ->
                    scriptRefused(option, "Client reconfiguration")
                            .orElseGet(
                                    () ->
                                            applied(
                                                    master,
                                                    option,
                                                    options.clientReconfigScript(text(option))
                                                            .build()));
            case "auth-pass" -> {
                master.options = options.authPass(text(option)).build();
                yield new Outcome.Applied(option.name() + " ******", true);
            }
            case "auth-user" -> {
                master.options = options.authUser(text(option)).build();
                yield new Outcome.Applied(option.name() + " " + option.words().getFirst(), true);
            }
            case "rename-command" -> rename(master, option, options);
            default -> unknown(option);
        };
    }

    /** Valkey's name is understood too. */
    private static String redisName(String name) {
        return name.equals("primary-reboot-down-after-period")
                ? "master-reboot-down-after-period"
                : name;
    }

    private static Outcome rename(
            MonitoredMaster master,
            OperatorCommand.Set.Option option,
            MasterOptions.Builder options) {
        for (int i = 0; i < 2; i++) {
            if (option.words().get(i).isEmpty()) {
                return invalid(option, i);
            }
        }
        var command = option.words().get(0).toUpperCase(Locale.ROOT);
        return applied(master, option, options.rename(command, option.words().get(1)).build());
    }

    private Optional<Outcome> scriptRefused(OperatorCommand.Set.Option option, String which) {
        if (denyScripts) {
            return Optional.of(
                    new Outcome.Refused(
                            "ERR Reconfiguration of scripts path is denied for security reasons."
                                    + " Check the deny-scripts-reconfig configuration directive in"
                                    + " your Sentinel configuration"));
        }
        if (text(option).isPresent() && !option.executable()) {
            return Optional.of(
                    new Outcome.Refused(
                            "ERR " + which + " script seems non existing or non executable"));
        }
        return Optional.empty();
    }

    // ---- values

    private static OptionalLong number(OperatorCommand.Set.Option option, long least) {
        var word = option.words().getFirst();
        if (!INTEGER.matcher(word).matches()) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(word);
        return value < least ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static OptionalLong small(OperatorCommand.Set.Option option) {
        var value = number(option, 1);
        return value.isPresent() && value.getAsLong() > Integer.MAX_VALUE
                ? OptionalLong.empty()
                : value;
    }

    private static Duration millis(OperatorCommand.Set.Option option) {
        return Duration.ofMillis(Long.parseLong(option.words().getFirst()));
    }

    private static int integer(OperatorCommand.Set.Option option) {
        return Integer.parseInt(option.words().getFirst());
    }

    /** An empty word clears. */
    private static Optional<String> text(OperatorCommand.Set.Option option) {
        return Optional.of(option.words().getFirst()).filter(word -> !word.isEmpty());
    }

    // ---- outcomes

    private static Outcome applied(
            MonitoredMaster master, OperatorCommand.Set.Option option, MasterOptions options) {
        master.options = options;
        return new Outcome.Applied(option.name() + " " + String.join(" ", option.words()), false);
    }

    private static Outcome invalid(OperatorCommand.Set.Option option, int word) {
        return new Outcome.Refused(
                "ERR Invalid argument '"
                        + option.words().get(word)
                        + "' for SENTINEL SET '"
                        + option.name()
                        + "'");
    }

    private static Outcome unknown(OperatorCommand.Set.Option option) {
        return new Outcome.Refused(
                "ERR Unknown option or number of arguments for SENTINEL SET '"
                        + option.name()
                        + "'");
    }
}
