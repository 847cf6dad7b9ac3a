package dev.vedette.sentinel.command;

import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.info.ProcessInfo;
import dev.vedette.protocol.info.Stats;
import dev.vedette.sentinel.core.InstanceFlag;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.SimulatedFailure;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The five sections of a sentinel's INFO, in Redis's order. */
final class InfoReply {
    private static final List<String> SECTIONS =
            List.of("server", "clients", "stats", "cpu", "sentinel");

    /** What Redis has by default; nothing here ticks. */
    private static final int HZ = 10;

    private static final Set<String> ALL = Set.of("default", "all", "everything");

    private final Sentinel sentinel;
    private final SentinelPort port;
    private final ProcessInfo process;
    private final Subscriptions subscriptions;

    InfoReply(
            Sentinel sentinel,
            SentinelPort port,
            ProcessInfo process,
            Subscriptions subscriptions) {
        this.sentinel = sentinel;
        this.port = port;
        this.process = process;
        this.subscriptions = subscriptions;
    }

    /**
     * @param names in lower case; none asks for all; one that nobody knows adds nothing
     */
    String text(List<String> names) {
        var out = InfoText.builder();
        var all = names.isEmpty() || names.stream().anyMatch(ALL::contains);
        for (var section : SECTIONS) {
            if (all || names.contains(section)) {
                switch (section) {
                    case "server" -> server(out);
                    case "clients" -> clients(out);
                    case "stats" -> stats(out);
                    case "cpu" -> cpu(out);
                    default -> sentinel(out);
                }
            }
        }
        return out.build();
    }

    private void server(InfoText.Builder out) {
        process.server(out.section("Server"), port.settings().port(), HZ);
    }

    private void clients(InfoText.Builder out) {
        out.section("Clients")
                .field("connected_clients", port.sessions().size())
                .field("cluster_connections", 0)
                .field("maxclients", port.settings().maxClients());
        port.stats().bufferPeaks.fields(out, System.nanoTime());
        out.field("blocked_clients", port.sessions().stream().filter(ClientSession::waits).count())
                .field("tracking_clients", 0)
                .field("clients_in_timeout_table", 0);
    }

    private void stats(InfoText.Builder out) {
        var others =
                new Stats.Others(0, subscriptions.channelCount(), subscriptions.patternCount());
        port.stats().section(out.section("Stats"), others);
    }

    private static void cpu(InfoText.Builder out) {
        ProcessInfo.cpu(out.section("CPU"));
    }

    private void sentinel(InfoText.Builder out) {
        var masters = sentinel.masters();
        var tilt = sentinel.tiltFor();
        var scripts = sentinel.pendingScripts();
        out.section("Sentinel")
                .field("sentinel_masters", masters.size())
                .field("sentinel_tilt", tilt.isPresent())
                .field("sentinel_tilt_since_seconds", tilt.map(Duration::toSeconds).orElse(-1L))
                .field(
                        "sentinel_running_scripts",
                        scripts.stream().filter(script -> script.pid().isPresent()).count())
                .field("sentinel_scripts_queue_length", scripts.size())
                .field(
                        "sentinel_simulate_failure_flags",
                        sentinel.simulatedFailures().stream()
                                .mapToInt(SimulatedFailure::flag)
                                .sum());
        for (var i = 0; i < masters.size(); i++) {
            out.field("master" + i, line(masters.get(i)));
        }
    }

    private static String line(MasterView master) {
        var instance = master.instance();
        var status =
                instance.has(InstanceFlag.O_DOWN)
                        ? "odown"
                        : instance.has(InstanceFlag.S_DOWN) ? "sdown" : "ok";
        return "name="
                + master.name()
                + ",status="
                + status
                + ",address="
                + instance.address().host()
                + ":"
                + instance.address().port()
                + ",slaves="
                + master.replicas().size()
                + ",sentinels="
                + (master.sentinels().size() + 1);
    }
}
