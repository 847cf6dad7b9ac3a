package dev.vedette.sentinel.command;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * CLIENT TRACKING, TRACKINGINFO, CACHING and GETREDIR: checked and remembered as Redis does
 * (networking.c, clientCommand), without effect.
 */
final class TrackingCommands {
    private static final String FLAGS = "noscript loading stale";
    private static final String CATEGORIES = "@slow @connection";
    private static final String SYNTAX = "ERR syntax error";
    private static final String OTHER_MODE =
            " mode before disabling tracking for this client, and then re-enabling it with a"
                    + " different mode.";

    private final SentinelPort port;

    TrackingCommands(SentinelPort port) {
        this.port = port;
    }

    List<Command> rows() {
        return List.of(
                sub("tracking", -3, this::tracking),
                sub("trackinginfo", 2, this::info),
                sub("caching", 3, this::caching),
                sub("getredir", 2, this::redirect));
    }

    private static Command sub(String name, int arity, Command.Handler handler) {
        return Command.of("client|" + name, arity, FLAGS, CATEGORIES, handler);
    }

    private void tracking(ClientSession client, Words words) {
        var asked = options(client, words);
        if (asked.isEmpty()) {
            return;
        }
        if (words.is(2, "off")) {
            client.tracking(null);
            client.reply().ok();
        } else if (!words.is(2, "on")) {
            Dispatcher.refuse(client, SYNTAX);
        } else {
            var refusal = refusal(client.tracking(), asked.get());
            if (refusal != null) {
                Dispatcher.refuse(client, "ERR " + refusal);
            } else {
                client.tracking(asked.get());
                client.reply().ok();
            }
        }
    }

    /** Empty when an option was refused, and the client told. */
    private Optional<Tracking> options(ClientSession client, Words words) {
        var asked = Tracking.DEFAULT;
        for (var i = 3; i < words.count(); i++) {
            var more = i + 1 < words.count();
            if (words.is(i, "redirect") && more) {
                i++;
                var refusal = badRedirect(asked, words.number(i));
                if (refusal.isPresent()) {
                    Dispatcher.refuse(client, "ERR " + refusal.get());
                    return Optional.empty();
                }
                asked = asked.withRedirect(words.number(i).orElseThrow());
            } else if (words.is(i, "prefix") && more) {
                i++;
                asked = asked.withPrefix(words.text(i));
            } else {
                switch (words.lower(i)) {
                    case "bcast" -> asked = asked.withBroadcast();
                    case "optin" -> asked = asked.withOptIn();
                    case "optout" -> asked = asked.withOptOut();
                    case "noloop" -> asked = asked.withNoLoop();
                    default -> {
                        Dispatcher.refuse(client, SYNTAX);
                        return Optional.empty();
                    }
                }
            }
        }
        return Optional.of(asked);
    }

    private Optional<String> badRedirect(Tracking asked, Optional<Long> id) {
        if (asked.redirect() != 0) {
            return Optional.of("A client can only redirect to a single other client");
        }
        if (id.isEmpty()) {
            return Optional.of("value is not an integer or out of range");
        }
        return port.sessions().stream().anyMatch(session -> session.id() == id.get())
                ? Optional.empty()
                : Optional.of("The client ID you want redirect to does not exist");
    }

    private static @Nullable String refusal(@Nullable Tracking now, Tracking asked) {
        if (!asked.prefixes().isEmpty() && !asked.broadcast()) {
            return "PREFIX option requires BCAST mode to be enabled";
        }
        if (now != null && now.broadcast() != asked.broadcast()) {
            return "You can't switch BCAST mode on/off before disabling tracking for this client,"
                    + " and then re-enabling it with a different mode.";
        }
        if (asked.broadcast() && (asked.optIn() || asked.optOut())) {
            return "OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (asked.optIn() && asked.optOut()) {
            return "You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (now != null && ((asked.optIn() && now.optOut()) || (asked.optOut() && now.optIn()))) {
            return "You can't switch OPTIN/OPTOUT" + OTHER_MODE;
        }
        return null;
    }

    private void info(ClientSession client, Words words) {
        var tracking = client.tracking();
        var flags = tracking == null ? List.of("off") : tracking.flags();
        var out = client.reply();
        out.map(3);
        out.bulk("flags");
        out.set(flags.size());
        flags.forEach(out::bulk);
        out.bulk("redirect");
        out.integer(tracking == null ? -1 : tracking.redirect());
        out.bulk("prefixes");
        out.array(tracking == null ? 0 : tracking.prefixes().size());
        if (tracking != null) {
            tracking.prefixes().forEach(out::bulk);
        }
    }

    private void caching(ClientSession client, Words words) {
        var tracking = client.tracking();
        if (tracking == null || !(tracking.optIn() || tracking.optOut())) {
            Dispatcher.refuse(
                    client,
                    "ERR CLIENT CACHING can be called only when the client is in tracking mode"
                            + " with OPTIN or OPTOUT mode enabled");
        } else if (words.is(2, "yes") && !tracking.optIn()) {
            Dispatcher.refuse(
                    client,
                    "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
        } else if (words.is(2, "no") && !tracking.optOut()) {
            Dispatcher.refuse(
                    client,
                    "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
        } else if (words.is(2, "yes") || words.is(2, "no")) {
            client.reply().ok();
        } else {
            Dispatcher.refuse(client, SYNTAX);
        }
    }

    private void redirect(ClientSession client, Words words) {
        var tracking = client.tracking();
        client.reply().integer(tracking == null ? -1 : tracking.redirect());
    }
}
