package dev.vedette.sentinel.command;

import java.util.ArrayList;
import java.util.List;

/**
 * What a client asked for by CLIENT TRACKING. A sentinel has no keys, so it never has anything to
 * invalidate; clients that switch client side caching on everywhere get their answers.
 *
 * @param redirect the client that wants the messages; 0 is the one that asked
 */
record Tracking(
        boolean broadcast,
        boolean optIn,
        boolean optOut,
        boolean noLoop,
        long redirect,
        List<String> prefixes) {
    static final Tracking DEFAULT = new Tracking(false, false, false, false, 0, List.of());

    Tracking {
        prefixes = List.copyOf(prefixes);
    }

    /** As CLIENT TRACKINGINFO names them. */
    List<String> flags() {
        var flags = new ArrayList<>(List.of("on"));
        if (broadcast) {
            flags.add("bcast");
        }
        if (optIn) {
            flags.add("optin");
        }
        if (optOut) {
            flags.add("optout");
        }
        if (noLoop) {
            flags.add("noloop");
        }
        return flags;
    }

    Tracking withBroadcast() {
        return new Tracking(true, optIn, optOut, noLoop, redirect, prefixes);
    }

    Tracking withOptIn() {
        return new Tracking(broadcast, true, optOut, noLoop, redirect, prefixes);
    }

    Tracking withOptOut() {
        return new Tracking(broadcast, optIn, true, noLoop, redirect, prefixes);
    }

    Tracking withNoLoop() {
        return new Tracking(broadcast, optIn, optOut, true, redirect, prefixes);
    }

    Tracking withRedirect(long client) {
        return new Tracking(broadcast, optIn, optOut, noLoop, client, prefixes);
    }

    Tracking withPrefix(String prefix) {
        var more = new ArrayList<>(prefixes);
        more.add(prefix);
        return new Tracking(broadcast, optIn, optOut, noLoop, redirect, more);
    }
}
