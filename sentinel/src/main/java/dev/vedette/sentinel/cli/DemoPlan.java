package dev.vedette.sentinel.cli;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a demo consists of.
 *
 * @param downAfter {@code down-after-milliseconds} of the sentinels
 */
record DemoPlan(
        DemoPorts ports, Duration downAfter, CommandTemplate server, CommandTemplate sentinel) {
    static final String MASTER_NAME = "mymaster";

    /** After an attempt that fails, sentinels wait twice as long before the next one. */
    static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(10);

    int quorum() {
        return ports.sentinelCount() / 2 + 1;
    }

    /** The conf of the server at this place; the first one is the master. */
    List<String> serverConf(int place, String folder) {
        int port = ports.servers().get(place).port();
        var common =
                List.of(
                        "port " + port,
                        "bind " + DemoPorts.HOST,
                        "dir \"" + folder + "\"",
                        "save \"\"",
                        "repl-diskless-sync-delay 0");
        return place == 0 ? common : plus(common, "replicaof " + master());
    }

    List<String> sentinelConf(int place, String folder) {
        return List.of(
                "port " + ports.sentinels().get(place).port(),
                "bind " + DemoPorts.HOST,
                "dir \"" + folder + "\"",
                "sentinel monitor " + MASTER_NAME + " " + master() + " " + quorum(),
                "sentinel down-after-milliseconds " + MASTER_NAME + " " + downAfter.toMillis(),
                "sentinel failover-timeout " + MASTER_NAME + " " + FAILOVER_TIMEOUT.toMillis());
    }

    private String master() {
        return DemoPorts.HOST + " " + ports.servers().getFirst().port();
    }

    private static List<String> plus(List<String> lines, String line) {
        return Stream.concat(lines.stream(), Stream.of(line)).toList();
    }
}
