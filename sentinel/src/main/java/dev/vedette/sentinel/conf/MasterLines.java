package dev.vedette.sentinel.conf;

import static dev.vedette.protocol.conf.Words.quoteIfNeeded;

import dev.vedette.protocol.conf.ConfRewrite;
import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.MasterOptions;
import dev.vedette.sentinel.core.SentinelState.Master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code sentinel} lines of one master. What is at its default gets no line; a value that Redis
 * could not read back unquoted is quoted.
 */
final class MasterLines {
    private static final MasterOptions DEFAULTS = MasterOptions.DEFAULTS;

    /** Options of masters: those that a master does not have lose their old lines. */
    private static final List<String> OPTIONS =
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

    private record Line(String option, String text) {}

    private final Master master;
    private final List<Line> lines = new ArrayList<>();

    MasterLines(Master master) {
        this.master = master;
        var options = master.options();
        add("monitor", words(master.address()) + " " + master.quorum());
        time("down-after-milliseconds", options.downAfter(), DEFAULTS.downAfter());
        time("failover-timeout", options.failoverTimeout(), DEFAULTS.failoverTimeout());
        if (options.parallelSyncs() != DEFAULTS.parallelSyncs()) {
            add("parallel-syncs", Integer.toString(options.parallelSyncs()));
        }
        text("notification-script", options.notificationScript());
        text("client-reconfig-script", options.clientReconfigScript());
        text("auth-pass", options.authPass());
        text("auth-user", options.authUser());
        time(
                "master-reboot-down-after-period",
                options.rebootDownAfter(),
                DEFAULTS.rebootDownAfter());
        // Only where the conf has it: a rewrite adds no line that Redis does not know.
        options.fastDetection()
                .ifPresent(hold -> add("fast-detection", Long.toString(hold.toMillis())));
        add("config-epoch", Long.toString(master.configEpoch()));
        add("leader-epoch", Long.toString(master.leaderEpoch()));
        master.replicas().forEach(replica -> add("known-replica", words(replica)));
        master.peers()
                .forEach(
                        peer ->
                                add(
                                        "known-sentinel",
                                        words(peer.address()) + " " + peer.id().text()));
        options.renamedCommands()
                .forEach(
                        (command, name) ->
                                add(
                                        "rename-command",
                                        quoteIfNeeded(command) + " " + quoteIfNeeded(name)));
    }

    /** Whether they are these, too. */
    boolean areOf(Master other) {
        return master.equals(other);
    }

    void putInto(ConfRewrite rewrite) {
        lines.forEach(line -> rewrite.put(line.option(), line.text()));
    }

    /** Behind the last master: what is left over in the file is of none. */
    static void removeOthers(ConfRewrite rewrite) {
        OPTIONS.forEach(option -> rewrite.remove("sentinel " + option));
    }

    private void time(String option, Duration value, Duration usual) {
        if (!value.equals(usual)) {
            add(option, Long.toString(value.toMillis()));
        }
    }

    private void text(String option, Optional<String> value) {
        value.ifPresent(text -> add(option, quoteIfNeeded(text)));
    }

    private void add(String option, String value) {
        var name = "sentinel " + option;
        lines.add(new Line(name, name + " " + quoteIfNeeded(master.name()) + " " + value));
    }

    private static String words(Address address) {
        return quoteIfNeeded(address.host()) + " " + address.port();
    }
}
