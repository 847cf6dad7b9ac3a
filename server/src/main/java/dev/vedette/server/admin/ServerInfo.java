package dev.vedette.server.admin;

import dev.vedette.protocol.conf.LatencyDirectives;
import dev.vedette.protocol.conf.MemoryDirectives;
import dev.vedette.protocol.conf.NetworkDirectives;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.TlsDirectives;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.protocol.info.ProcessInfo;
import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.DoubleText;
import dev.vedette.server.command.Command;
import dev.vedette.server.command.CommandTable;
import dev.vedette.server.command.LatencyHistogram;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.pubsub.PubSub;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The sections of INFO that are about the server as a whole. Where a figure of Redis has no
 * counterpart here (its allocator, its forks) the field says zero. Event loop only.
 */
public final class ServerInfo {
    private final Config config;
    private final Keyspace keyspace;
    private final Expiry expiry;
    private final Sessions sessions;
    private final PubSub pubSub;
    private final CommandTable table;
    private final Stats stats;
    private final ProcessInfo process;
    private final LongSupplier backlogBytes;
    private long peakBytes;

    public ServerInfo(
            Config config,
            Keyspace keyspace,
            Expiry expiry,
            Sessions sessions,
            PubSub pubSub,
            CommandTable table,
            Stats stats,
            ProcessInfo process,
            LongSupplier backlogBytes) {
        this.config = config;
        this.keyspace = keyspace;
        this.expiry = expiry;
        this.sessions = sessions;
        this.pubSub = pubSub;
        this.table = table;
        this.stats = stats;
        this.process = process;
        this.backlogBytes = backlogBytes;
    }

    public void register(InfoSections sections) {
        sections.register("server", this::server);
        sections.register("clients", this::clients);
        sections.register("memory", this::memory);
        sections.register("stats", this::stats);
        sections.register("cpu", ProcessInfo::cpu);
        sections.register("commandstats", this::commandStats);
        sections.register("errorstats", this::errorStats);
        sections.register("latencystats", this::latencyStats);
        sections.register("cluster", fields -> fields.field("cluster_enabled", 0));
        sections.register("keyspace", this::keyspace);
    }

    private void server(InfoText.Builder out) {
        int plain = config.get(NetworkDirectives.PORT);
        int tls = config.get(TlsDirectives.TLS_PORT);
        process.server(out, plain != 0 ? plain : tls, config.get(ProcessDirectives.HZ));
        // The number is that of the kind.
        listener(out, "listener0", "tcp", plain);
        var file = config.get(NetworkDirectives.UNIXSOCKET);
        if (!file.isEmpty()) {
            out.field("listener1", "name=unix,bind=" + file);
        }
        listener(out, "listener2", "tls", tls);
    }

    private void listener(InfoText.Builder out, String field, String kind, int port) {
        if (port != 0) {
            var bind = String.join(",bind=", config.get(NetworkDirectives.BIND));
            out.field(field, "name=" + kind + ",bind=" + bind + ",port=" + port);
        }
    }

    private void clients(InfoText.Builder out) {
        var normal = 0L;
        for (var session : sessions.all()) {
            if (session.kind() != Session.Kind.REPLICA) {
                normal++;
            }
        }
        out.field("connected_clients", normal)
                .field("cluster_connections", 0)
                .field("maxclients", config.get(NetworkDirectives.MAXCLIENTS));
        stats.bufferPeaks.fields(out, System.nanoTime());
        out.field("blocked_clients", sessions.blockedCount())
                .field("tracking_clients", 0)
                .field("clients_in_timeout_table", 0)
                .field("total_blocking_keys", 0)
                .field("total_blocking_keys_on_nokey", 0);
    }

    private void memory(InfoText.Builder out) {
        var runtime = Runtime.getRuntime();
        var used = runtime.totalMemory() - runtime.freeMemory();
        peakBytes = Math.max(peakBytes, used);
        var data = Math.min(keyspace.bytes(), used);
        var resident = pages("/proc/self/statm", 1) * 4096;
        var machine = machineBytes();
        var normal = 0L;
        var replicas = 0L;
        for (var session : sessions.all()) {
            if (session.kind() == Session.Kind.REPLICA) {
                replicas += session.output().waitingBytes();
            } else {
                normal += session.output().waitingBytes();
            }
        }
        out.field("used_memory", used)
                .field("used_memory_human", human(used))
                .field("used_memory_rss", resident)
                .field("used_memory_rss_human", human(resident))
                .field("used_memory_peak", peakBytes)
                .field("used_memory_peak_human", human(peakBytes))
                .field("used_memory_peak_perc", percent(used, peakBytes))
                .field("used_memory_overhead", used - data)
                .field("used_memory_startup", 0)
                .field("used_memory_dataset", data)
                .field("used_memory_dataset_perc", percent(data, used))
                .field("allocator_allocated", used)
                .field("allocator_active", runtime.totalMemory())
                .field("allocator_resident", runtime.totalMemory())
                .field("total_system_memory", machine)
                .field("total_system_memory_human", human(machine))
                .field("used_memory_lua", 0)
                .field("used_memory_vm_eval", 0)
                .field("used_memory_lua_human", human(0))
                .field("used_memory_scripts_eval", 0)
                .field("number_of_cached_scripts", 0)
                .field("number_of_functions", 0)
                .field("number_of_libraries", 0)
                .field("used_memory_vm_functions", 0)
                .field("used_memory_vm_total", 0)
                .field("used_memory_vm_total_human", human(0))
                .field("used_memory_functions", 0)
                .field("used_memory_scripts", 0)
                .field("used_memory_scripts_human", human(0))
                .field("maxmemory", config.get(MemoryDirectives.MAXMEMORY))
                .field("maxmemory_human", human(config.get(MemoryDirectives.MAXMEMORY)))
                .field("maxmemory_policy", config.get(MemoryDirectives.MAXMEMORY_POLICY))
                .field("allocator_frag_ratio", "1.00")
                .field("allocator_frag_bytes", 0)
                .field("allocator_rss_ratio", "1.00")
                .field("allocator_rss_bytes", 0)
                .field("rss_overhead_ratio", "1.00")
                .field("rss_overhead_bytes", 0)
                .field("mem_fragmentation_ratio", ratio(resident, used))
                .field("mem_fragmentation_bytes", resident - used)
                // What is left of used_memory is what maxmemory is about, as with Redis.
                .field("mem_not_counted_for_evict", used - data)
                .field("mem_replication_backlog", backlogBytes.getAsLong())
                .field("mem_total_replication_buffers", replicas + backlogBytes.getAsLong())
                .field("mem_clients_slaves", replicas)
                .field("mem_clients_normal", normal)
                .field("mem_cluster_links", 0)
                .field("mem_aof_buffer", 0)
                .field("mem_allocator", "jvm")
                .field("active_defrag_running", 0)
                .field("lazyfree_pending_objects", 0)
                .field("lazyfreed_objects", 0);
    }

    private void stats(InfoText.Builder out) {
        stats.section(
                out,
                new Stats.Others(
                        expiry.expiredKeys(),
                        pubSub.activeChannels().size(),
                        pubSub.patternCount()));
    }

    private void commandStats(InfoText.Builder out) {
        for (var command : table.all()) {
            commandStats(out, command);
            command.subcommands().forEach(sub -> commandStats(out, sub));
        }
    }

    private static void commandStats(InfoText.Builder out, Command command) {
        var calls = command.calls();
        if (calls == 0 && command.rejectedCalls() == 0 && command.failedCalls() == 0) {
            return;
        }
        var micros = command.nanos() / 1000;
        out.field(
                "cmdstat_" + command.name(),
                "calls="
                        + calls
                        + ",usec="
                        + micros
                        + ",usec_per_call="
                        + twoDigits(calls == 0 ? 0 : (double) micros / calls)
                        + ",rejected_calls="
                        + command.rejectedCalls()
                        + ",failed_calls="
                        + command.failedCalls());
    }

    private void latencyStats(InfoText.Builder out) {
        if (!config.get(LatencyDirectives.LATENCY_TRACKING)) {
            return;
        }
        for (var command : table.all()) {
            latencyStats(out, command);
            command.subcommands().forEach(sub -> latencyStats(out, sub));
        }
    }

    private void latencyStats(InfoText.Builder out, Command command) {
        command.knownLatencies()
                .ifPresent(
                        known ->
                                out.field(
                                        "latency_percentiles_usec_" + command.name(),
                                        percentiles(known)));
    }

    private String percentiles(LatencyHistogram latencies) {
        return config.get(LatencyDirectives.LATENCY_TRACKING_INFO_PERCENTILES).stream()
                .map(
                        percent ->
                                "p"
                                        + DoubleText.of(percent)
                                        + "="
                                        + String.format(
                                                Locale.ROOT,
                                                "%.3f",
                                                latencies.nanosAt(percent) / 1000.0))
                .collect(Collectors.joining(","));
    }

    private void errorStats(InfoText.Builder out) {
        stats.errors()
                .forEach((code, count) -> out.field("errorstat_" + code, "count=" + count[0]));
    }

    private void keyspace(InfoText.Builder out) {
        var now = System.currentTimeMillis();
        for (var i = 0; i < keyspace.count(); i++) {
            var db = keyspace.database(i);
            if (db.size() > 0) {
                out.field(
                        "db" + i,
                        "keys="
                                + db.size()
                                + ",expires="
                                + db.expiringKeys()
                                + ",avg_ttl="
                                + db.meanTimeLeft(now));
            }
        }
    }

    // ---- figures

    private static long pages(String file, int index) {
        try {
            var words = Files.readString(Path.of(file)).trim().split(" ", -1);
            return Long.parseLong(words[index]);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
            return 0;
        }
    }

    private static long machineBytes() {
        try {
            var first = Files.readAllLines(Path.of("/proc/meminfo")).getFirst();
            return Long.parseLong(first.replaceAll("[^0-9]", "")) * 1024;
        } catch (IOException | RuntimeException _) {
            return 0;
        }
    }

    /** As bytesToHuman of Redis prints it. */
    private static String human(long bytes) {
        var units = "BKMGTPE";
        var unit = 0;
        var value = (double) bytes;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : twoDigits(value) + units.charAt(unit);
    }

    private static String percent(long part, long whole) {
        return twoDigits(whole == 0 ? 0 : 100.0 * part / whole) + "%";
    }

    private static String ratio(long part, long whole) {
        return twoDigits(whole == 0 ? 0 : (double) part / whole);
    }

    private static String twoDigits(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
