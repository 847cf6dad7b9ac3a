package dev.vedette.sentinel.conf;

import static dev.vedette.protocol.conf.Words.quote;
import static dev.vedette.protocol.conf.Words.quoteIfNeeded;

import dev.vedette.protocol.conf.ConfRewrite;
import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.SentinelState;
import dev.vedette.sentinel.core.SentinelState.Master;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The state as {@code sentinel} lines, in the order in which Redis generates them (sentinel.c,
 * rewriteConfigSentinelOption). What a master has at its default gets no line; a value that Redis
 * could not read back unquoted is quoted.
 */
final class SentinelLines {
    private static final MasterOptions DEFAULTS = MasterOptions.DEFAULTS;

    /** Options of masters: those that a master does not have lose their old lines. */
    private static final List<String> OF_MASTERS =
            List.of(
                    "monitor",
                    "down-after-milliseconds",
                    "failover-timeout",
                    "parallel-syncs",
                    "notification-script",
                    "client-reconfig-script",
                    "auth-pass",
                    "auth-user",
                    "master-reboot-down-after-period",
                    "fast-detection",
                    "config-epoch",
                    "leader-epoch",
                    "known-replica",
                    "known-sentinel",
                    "rename-command");

    private final ConfRewrite rewrite;

    SentinelLines(ConfRewrite rewrite) {
        this.rewrite = rewrite;
    }

    void put(SentinelState state) {
        var options = state.options();
        line("myid", state.myId().text());
        yesNo("deny-scripts-reconfig", options.denyScriptsReconfig(), true);
        yesNo("resolve-hostnames", options.resolveHostnames(), false);
        yesNo("announce-hostnames", options.announceHostnames(), false);
        state.masters().forEach(this::put);
        OF_MASTERS.forEach(option -> rewrite.remove("sentinel " + option));
        line("current-epoch", Long.toString(state.currentEpoch()));
        optional("announce-ip", options.announceHost().map(host -> quote(host)));
        optional("announce-port", options.announcePort().map(port -> Integer.toString(port)));
        optional("sentinel-user", options.peerUser().map(user -> quoteIfNeeded(user)));
        optional("sentinel-pass", options.peerPass().map(pass -> quoteIfNeeded(pass)));
    }

    private void put(Master master) {
        var options = master.options();
        of(master, "monitor", words(master.address()) + " " + master.quorum());
        time(master, "down-after-milliseconds", options.downAfter(), DEFAULTS.downAfter());
        time(master, "failover-timeout", options.failoverTimeout(), DEFAULTS.failoverTimeout());
        if (options.parallelSyncs() != DEFAULTS.parallelSyncs()) {
            of(master, "parallel-syncs", Integer.toString(options.parallelSyncs()));
        }
        text(master, "notification-script", options.notificationScript());
        text(master, "client-reconfig-script", options.clientReconfigScript());
        text(master, "auth-pass", options.authPass());
        text(master, "auth-user", options.authUser());
        time(
                master,
                "master-reboot-down-after-period",
                options.rebootDownAfter(),
                DEFAULTS.rebootDownAfter());
        // Only where the conf has it: a rewrite adds no line that Redis does not know.
        options.fastDetection()
                .ifPresent(hold -> of(master, "fast-detection", Long.toString(hold.toMillis())));
        of(master, "config-epoch", Long.toString(master.configEpoch()));
        of(master, "leader-epoch", Long.toString(master.leaderEpoch()));
        master.replicas().forEach(replica -> of(master, "known-replica", words(replica)));
        master.peers()
                .forEach(
                        peer ->
                                of(
                                        master,
                                        "known-sentinel",
                                        words(peer.address()) + " " + peer.id().text()));
        options.renamedCommands()
                .forEach(
                        (command, name) ->
                                of(
                                        master,
                                        "rename-command",
                                        quoteIfNeeded(command) + " " + quoteIfNeeded(name)));
    }

    private void time(Master master, String option, Duration value, Duration usual) {
        if (!value.equals(usual)) {
            of(master, option, Long.toString(value.toMillis()));
        }
    }

    private void text(Master master, String option, Optional<String> value) {
        value.ifPresent(text -> of(master, option, quoteIfNeeded(text)));
    }

    private void of(Master master, String option, String value) {
        line(option, quoteIfNeeded(master.name()) + " " + value);
    }

    private void yesNo(String option, boolean value, boolean usual) {
        var line = "sentinel " + option + " " + (value ? "yes" : "no");
        if (value == usual) {
            rewrite.putIfPresent("sentinel " + option, List.of(line));
        } else {
            rewrite.put("sentinel " + option, line);
        }
    }

    private void optional(String option, Optional<String> value) {
        value.ifPresentOrElse(
                text -> line(option, text), () -> rewrite.remove("sentinel " + option));
    }

    private void line(String option, String value) {
        rewrite.put("sentinel " + option, "sentinel " + option + " " + value);
    }

    private static String words(Address address) {
        return quoteIfNeeded(address.host()) + " " + address.port();
    }
}
