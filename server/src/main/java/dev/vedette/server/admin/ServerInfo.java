package dev.vedette.server.admin;

import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.daemon.Version;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.server.command.Command;
import dev.vedette.server.command.CommandTable;
import dev.vedette.server.keyspace.Expiry;
import dev.vedette.server.keyspace.Keyspace;
import dev.vedette.server.pubsub.PubSub;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * The sections of INFO that are about the server as a whole. Where a figure of Redis has no
 * counterpart here (its allocator, its forks) the field says zero. Event loop only.
 */
public final class ServerInfo {
    private static final int CLOCK_TICKS = 100;

    private final Config config;
    private final Keyspace keyspace;
    private final Expiry expiry;
    private final Sessions sessions;
    private final PubSub pubSub;
    private final CommandTable table;
    private final Stats stats;
    private final IntSupplier port;
    private final String runId;
    private final long startMillis;
    private long peakBytes;

    public ServerInfo(
            Config config,
            Keyspace keyspace,
            Expiry expiry,
            Sessions sessions,
            PubSub pubSub,
            CommandTable table,
            Stats stats,
            IntSupplier port,
            String runId,
            long startMillis) {
        this.config = config;
        this.keyspace = keyspace;
        this.expiry = expiry;
        this.sessions = sessions;
        this.pubSub = pubSub;
        this.table = table;
        this.stats = stats;
        this.port = port;
        this.runId = runId;
        this.startMillis = startMillis;
    }

    public void register(InfoSections sections) {
        sections.register("server", this::server);
        sections.register("clients", this::clients);
        sections.register("memory", this::memory);
        sections.register("stats", this::stats);
        sections.register("cpu", ServerInfo::cpu);
        sections.register("commandstats", this::commandStats);
        sections.register("errorstats", this::errorStats);
        sections.register("cluster", fields -> fields.field("cluster_enabled", 0));
        sections.register("keyspace", this::keyspace);
    }

    private void server(InfoText.Builder out) {
        var now = System.currentTimeMillis();
        var uptime = (now - startMillis) / 1000;
        var hz = config.get(GeneralDirectives.HZ);
        out.field("redis_version", Version.REDIS)
                .field("vedette_version", Version.VEDETTE)
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", "0000000000000000")
                .field("redis_mode", "standalone")
                .field("os", os())
                .field("arch_bits", 64)
                .field("monotonic_clock", "POSIX clock_gettime")
                .field("multiplexing_api", "epoll")
                .field("atomicvar_api", "c11-builtin")
                .field("gcc_version", "0.0.0")
                .field("process_id", ProcessHandle.current().pid())
                .field("process_supervised", "no")
                .field("run_id", runId)
                .field("tcp_port", port.getAsInt())
                .field("server_time_usec", now * 1000)
                .field("uptime_in_seconds", uptime)
                .field("uptime_in_days", uptime / 86_400)
                .field("hz", hz)
                .field("configured_hz", hz)
                .field("lru_clock", now / 1000 & 0xffffff)
                .field("executable", executable())
                .field("config_file", config.file().map(Path::toString).orElse(""))
                .field("io_threads_active", 0)
                .field(
                        "listener0",
                        "name=tcp,bind="
                                + String.join(",bind=", config.get(GeneralDirectives.BIND))
                                + ",port="
                                + port.getAsInt());
    }

    private static String os() {
        return System.getProperty("os.name", "")
                + " "
                + System.getProperty("os.version", "")
                + " "
                + System.getProperty("os.arch", "");
    }

    private static String executable() {
        return ProcessHandle.current().info().command().orElse("");
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
                .field("maxclients", config.get(GeneralDirectives.MAXCLIENTS))
                .field("client_recent_max_input_buffer", 0)
                .field("client_recent_max_output_buffer", 0)
                .field("blocked_clients", sessions.blockedCount())
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
                replicas += session.outputBytes();
            } else {
                normal += session.outputBytes();
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
                .field("maxmemory", config.get(GeneralDirectives.MAXMEMORY))
                .field("maxmemory_human", human(config.get(GeneralDirectives.MAXMEMORY)))
                .field("maxmemory_policy", config.get(GeneralDirectives.MAXMEMORY_POLICY))
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
                .field("mem_replication_backlog", 0)
                .field("mem_total_replication_buffers", replicas)
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
        out.field("total_connections_received", stats.connections)
                .field("total_commands_processed", stats.commands)
                .field("instantaneous_ops_per_sec", stats.commandsPerSecond())
                .field("total_net_input_bytes", stats.netInputBytes + stats.netReplInputBytes)
                .field("total_net_output_bytes", stats.netOutputBytes + stats.netReplOutputBytes)
                .field("total_net_repl_input_bytes", stats.netReplInputBytes)
                .field("total_net_repl_output_bytes", stats.netReplOutputBytes)
                .field("instantaneous_input_kbps", twoDigits(stats.inputKilobytes()))
                .field("instantaneous_output_kbps", twoDigits(stats.outputKilobytes()))
                .field("instantaneous_input_repl_kbps", twoDigits(stats.replInputKilobytes()))
                .field("instantaneous_output_repl_kbps", twoDigits(stats.replOutputKilobytes()))
                .field("rejected_connections", stats.rejectedConnections)
                .field("sync_full", stats.syncFull)
                .field("sync_partial_ok", stats.syncPartialOk)
                .field("sync_partial_err", stats.syncPartialErr)
                .field("expired_keys", expiry.expiredKeys())
                .field("expired_stale_perc", twoDigits(stats.expiredStalePercent))
                .field("expired_time_cap_reached_count", stats.expiredTimeCapReached)
                .field("expire_cycle_cpu_milliseconds", stats.expireCycleNanos / 1_000_000)
                .field("evicted_keys", 0)
                .field("evicted_clients", 0)
                .field("total_eviction_exceeded_time", 0)
                .field("current_eviction_exceeded_time", 0)
                .field("keyspace_hits", stats.keyspaceHits)
                .field("keyspace_misses", stats.keyspaceMisses)
                .field("pubsub_channels", pubSub.activeChannels().size())
                .field("pubsub_patterns", pubSub.patternCount())
                .field("pubsubshard_channels", 0)
                .field("latest_fork_usec", 0)
                .field("total_forks", 0)
                .field("migrate_cached_sockets", 0)
                .field("slave_expires_tracked_keys", 0)
                .field("active_defrag_hits", 0)
                .field("active_defrag_misses", 0)
                .field("active_defrag_key_hits", 0)
                .field("active_defrag_key_misses", 0)
                .field("total_active_defrag_time", 0)
                .field("current_active_defrag_time", 0)
                .field("tracking_total_keys", 0)
                .field("tracking_total_items", 0)
                .field("tracking_total_prefixes", 0)
                .field("unexpected_error_replies", stats.unexpectedErrorReplies)
                .field("total_error_replies", stats.errorReplies)
                .field("dump_payload_sanitizations", 0)
                .field("total_reads_processed", stats.reads)
                .field("total_writes_processed", stats.writes)
                .field("io_threaded_reads_processed", 0)
                .field("io_threaded_writes_processed", 0)
                .field("reply_buffer_shrinks", 0)
                .field("reply_buffer_expands", 0)
                .field("acl_access_denied_auth", stats.authDenied)
                .field("acl_access_denied_cmd", 0)
                .field("acl_access_denied_key", 0)
                .field("acl_access_denied_channel", 0);
    }

    private static void cpu(InfoText.Builder out) {
        // Fields 14 and 15 of proc(5) stat, behind the name in parentheses.
        var self = "/proc/self/stat";
        var user = (double) behindName(self, 11) / CLOCK_TICKS;
        var system = (double) behindName(self, 12) / CLOCK_TICKS;
        out.field("used_cpu_sys", sixDigits(system))
                .field("used_cpu_user", sixDigits(user))
                .field("used_cpu_sys_children", sixDigits(0))
                .field("used_cpu_user_children", sixDigits(0))
                .field("used_cpu_sys_main_thread", sixDigits(system))
                .field("used_cpu_user_main_thread", sixDigits(user));
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

    private static long behindName(String file, int index) {
        try {
            var text = Files.readString(Path.of(file));
            var words = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(words[index]);
        } catch (IOException | RuntimeException _) {
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

    private static String sixDigits(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }
}
