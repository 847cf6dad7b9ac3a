package dev.vedette.sentinel.command;

import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.sentinel.core.InstanceFlag;
import dev.vedette.sentinel.core.MasterView;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The five sections of a sentinel's INFO, in Redis's order. */
final class InfoReply {
    private static final List<String> SECTIONS =
            List.of("server", "clients", "stats", "cpu", "sentinel");
    private static final Set<String> ALL = Set.of("default", "all", "everything");

    private final Sentinel sentinel;
    private final SentinelPort port;
    private final ProcessFacts process;
    private final Subscriptions subscriptions;

    InfoReply(
            Sentinel sentinel,
            SentinelPort port,
            ProcessFacts process,
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
        var now = Instant.now();
        var uptime = Duration.between(process.started(), now);
        out.section("Server")
                .field("redis_version", Version.REDIS)
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", "0")
                .field("redis_mode", "sentinel")
                .field(
                        "os",
                        System.getProperty("os.name")
                                + " "
                                + System.getProperty("os.version")
                                + " "
                                + System.getProperty("os.arch"))
                .field("arch_bits", 64)
                .field("monotonic_clock", "POSIX clock_gettime")
                .field("multiplexing_api", "epoll")
                .field("process_id", ProcessHandle.current().pid())
                .field("process_supervised", "no")
                .field("run_id", process.runId())
                .field("tcp_port", port.settings().port())
                .field("server_time_usec", now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000)
                .field("uptime_in_seconds", uptime.toSeconds())
                .field("uptime_in_days", uptime.toDays())
                .field("hz", 10)
                .field("configured_hz", 10)
                .field("lru_clock", now.getEpochSecond() & 0xff_ffff)
                .field("executable", process.executable().toString())
                .field("config_file", process.confFile().toString())
                .field("io_threads_active", 0)
                .field("vedette_version", Version.VEDETTE);
    }

    private void clients(InfoText.Builder out) {
        out.section("Clients")
                .field("connected_clients", port.sessions().size())
                .field("cluster_connections", 0)
                .field("maxclients", port.settings().maxClients())
                .field("client_recent_max_input_buffer", 0)
                .field("client_recent_max_output_buffer", 0)
                .field("blocked_clients", 0)
                .field("tracking_clients", 0)
                .field("clients_in_timeout_table", 0);
    }

    /** What a sentinel of Redis shows here of keys and replicas is always zero, and left out. */
    private void stats(InfoText.Builder out) {
        var statistics = port.statistics();
        out.section("Stats")
                .field("total_connections_received", statistics.connections())
                .field("total_commands_processed", statistics.commands())
                .field("instantaneous_ops_per_sec", 0)
                .field("rejected_connections", statistics.rejected())
                .field("pubsub_channels", subscriptions.channelCount())
                .field("pubsub_patterns", subscriptions.patternCount())
                .field("total_error_replies", statistics.errors());
    }

    private static void cpu(InfoText.Builder out) {
        var times = CpuTimes.now();
        out.section("CPU")
                .field("used_cpu_sys", seconds(times.system()))
                .field("used_cpu_user", seconds(times.user()))
                .field("used_cpu_sys_children", seconds(times.childSystem()))
                .field("used_cpu_user_children", seconds(times.childUser()));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
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
                .field("sentinel_simulate_failure_flags", 0);
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
