package dev.vedette.sentinel.conf;

import static dev.vedette.protocol.conf.Words.quote;
import static dev.vedette.protocol.conf.Words.quoteIfNeeded;

import dev.vedette.protocol.conf.ConfRewrite;
import dev.vedette.sentinel.core.SentinelState;
import dev.vedette.sentinel.core.SentinelState.Master;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state as {@code sentinel} lines, in the order in which Redis generates them (sentinel.c,
 * rewriteConfigSentinelOption). The lines of a master that is as it was are not made again: of
 * hundreds of masters a new state changes a few. For one thread at a time.
 */
final class SentinelLines {
    private Map<String, MasterLines> ofMasters = Map.of();

    void put(SentinelState state, ConfRewrite rewrite) {
        var options = state.options();
        line(rewrite, "myid", state.myId().text());
        yesNo(rewrite, "deny-scripts-reconfig", options.denyScriptsReconfig(), true);
        yesNo(rewrite, "resolve-hostnames", options.resolveHostnames(), false);
        yesNo(rewrite, "announce-hostnames", options.announceHostnames(), false);
        put(state.masters(), rewrite);
        line(rewrite, "current-epoch", Long.toString(state.currentEpoch()));
        optional(rewrite, "announce-ip", options.announceHost().map(host -> quote(host)));
        optional(
                rewrite,
                "announce-port",
                options.announcePort().map(port -> Integer.toString(port)));
        optional(rewrite, "sentinel-user", options.peerUser().map(user -> quoteIfNeeded(user)));
        optional(rewrite, "sentinel-pass", options.peerPass().map(pass -> quoteIfNeeded(pass)));
    }

    private void put(List<Master> masters, ConfRewrite rewrite) {
        var now = HashMap.<String, MasterLines>newHashMap(masters.size());
        for (var master : masters) {
            var before = ofMasters.get(master.name());
            var lines = before != null && before.areOf(master) ? before : new MasterLines(master);
            lines.putInto(rewrite);
            now.put(master.name(), lines);
        }
        ofMasters = now;
        MasterLines.removeOthers(rewrite);
    }

    private static void yesNo(ConfRewrite rewrite, String option, boolean value, boolean usual) {
        var line = "sentinel " + option + " " + (value ? "yes" : "no");
        if (value == usual) {
            rewrite.putIfPresent("sentinel " + option, List.of(line));
        } else {
            rewrite.put("sentinel " + option, line);
        }
    }

    private static void optional(ConfRewrite rewrite, String option, Optional<String> value) {
        value.ifPresentOrElse(
                text -> line(rewrite, option, text), () -> rewrite.remove("sentinel " + option));
    }

    private static void line(ConfRewrite rewrite, String option, String value) {
        rewrite.put("sentinel " + option, "sentinel " + option + " " + value);
    }
}
