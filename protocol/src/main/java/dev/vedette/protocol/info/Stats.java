package dev.vedette.protocol.info;

import dev.vedette.protocol.acl.Denial;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of INFO stats and errorstats, for both daemons: what a sentinel has none of stays
 * zero there, as with Redis. Plain fields: one thread counts. Event loop only.
 */
public final class Stats {
    /** More codes than this are a client's invention (server.c, the limit of errorstats). */
    private static final int MAX_ERROR_CODES = 128;

    public long connections;
    public long rejectedConnections;
    public long commands;
    public long netInputBytes;
    public long netOutputBytes;
    public long netReplInputBytes;
    public long netReplOutputBytes;
    public long keyspaceHits;
    public long keyspaceMisses;
    public long syncFull;
    public long syncPartialOk;
    public long syncPartialErr;
    public long expiredTimeCapReached;
    public long expireCycleNanos;
    public double expiredStalePercent;
    public long errorReplies;
    public long unexpectedErrorReplies;
    public long reads;
    public long writes;
    private long authDenied;
    private long commandDenied;
    private long keyDenied;
    private long channelDenied;
    public long queryLimitDisconnections;
    public long outputLimitDisconnections;

    public final BufferPeaks bufferPeaks = new BufferPeaks();

    private final Map<String, long[]> errors = new TreeMap<>();
    private final Rate commandRate;
    private final Rate inputRate;
    private final Rate outputRate;
    private final Rate replInputRate;
    private final Rate replOutputRate;

    /**
     * @param samples over how many calls of {@link #sample} a rate is the mean
     */
    public Stats(int samples) {
        commandRate = new Rate(samples);
        inputRate = new Rate(samples);
        outputRate = new Rate(samples);
        replInputRate = new Rate(samples);
        replOutputRate = new Rate(samples);
    }

    /** Counts an error reply by its code. */
    public void countError(String line) {
        errorReplies++;
        var blank = line.indexOf(' ');
        var code = blank < 0 ? line : line.substring(0, blank);
        var count = errors.get(code);
        if (count != null) {
            count[0]++;
        } else if (errors.size() < MAX_ERROR_CODES) {
            errors.put(code, new long[] {1});
        }
    }

    /** How often each error code was sent, by code. */
    public Map<String, long[]> errors() {
        return errors;
    }

    /** To be called at regular times: the rates of INFO are means between such calls. */
    public void sample(long nanos) {
        commandRate.sample(commands, nanos);
        inputRate.sample(netInputBytes, nanos);
        outputRate.sample(netOutputBytes, nanos);
        replInputRate.sample(netReplInputBytes, nanos);
        replOutputRate.sample(netReplOutputBytes, nanos);
    }

    /**
     * What others count of what the section shows.
     *
     * @param channels how many channels have subscribers
     * @param patterns how many patterns have subscribers
     */
    public record Others(long expiredKeys, int channels, int patterns) {}

    /** The stats section, in Redis's order. */
    public void section(InfoText.Builder out, Others others) {
        out.field("total_connections_received", connections)
                .field("total_commands_processed", commands)
                .field("instantaneous_ops_per_sec", (long) commandRate.mean())
                .field("total_net_input_bytes", netInputBytes + netReplInputBytes)
                .field("total_net_output_bytes", netOutputBytes + netReplOutputBytes)
                .field("total_net_repl_input_bytes", netReplInputBytes)
                .field("total_net_repl_output_bytes", netReplOutputBytes)
                .field("instantaneous_input_kbps", inputRate.kilobytes())
                .field("instantaneous_output_kbps", outputRate.kilobytes())
                .field("instantaneous_input_repl_kbps", replInputRate.kilobytes())
                .field("instantaneous_output_repl_kbps", replOutputRate.kilobytes())
                .field("rejected_connections", rejectedConnections)
                .field("sync_full", syncFull)
                .field("sync_partial_ok", syncPartialOk)
                .field("sync_partial_err", syncPartialErr)
                .field("expired_keys", others.expiredKeys())
                .field("expired_stale_perc", twoDigits(expiredStalePercent))
                .field("expired_time_cap_reached_count", expiredTimeCapReached)
                .field("expire_cycle_cpu_milliseconds", expireCycleNanos / 1_000_000);
        zeros(
                out,
                "evicted_keys",
                "evicted_clients",
                "total_eviction_exceeded_time",
                "current_eviction_exceeded_time");
        out.field("keyspace_hits", keyspaceHits)
                .field("keyspace_misses", keyspaceMisses)
                .field("pubsub_channels", others.channels())
                .field("pubsub_patterns", others.patterns());
        zeros(
                out,
                "pubsubshard_channels",
                "latest_fork_usec",
                "total_forks",
                "migrate_cached_sockets",
                "slave_expires_tracked_keys",
                "active_defrag_hits",
                "active_defrag_misses",
                "active_defrag_key_hits",
                "active_defrag_key_misses",
                "total_active_defrag_time",
                "current_active_defrag_time",
                "tracking_total_keys",
                "tracking_total_items",
                "tracking_total_prefixes");
        out.field("unexpected_error_replies", unexpectedErrorReplies)
                .field("total_error_replies", errorReplies)
                .field("dump_payload_sanitizations", 0)
                .field("total_reads_processed", reads)
                .field("total_writes_processed", writes)
                .field("io_threaded_reads_processed", 0)
                .field("io_threaded_writes_processed", 0)
                .field("client_query_buffer_limit_disconnections", queryLimitDisconnections)
                .field("client_output_buffer_limit_disconnections", outputLimitDisconnections)
                .field("reply_buffer_shrinks", 0)
                .field("reply_buffer_expands", 0)
                .field("acl_access_denied_auth", authDenied)
                .field("acl_access_denied_cmd", commandDenied)
                .field("acl_access_denied_key", keyDenied)
                .field("acl_access_denied_channel", channelDenied);
    }

    /** Somebody was turned away by access control. */
    public void countDenied(Denial.Reason reason) {
        switch (reason) {
            case AUTH -> authDenied++;
            case COMMAND -> commandDenied++;
            case KEY -> keyDenied++;
            case CHANNEL -> channelDenied++;
        }
    }

    /** What Redis has and we have not: forks, eviction, defragmentation, tracking. */
    private static void zeros(InfoText.Builder out, String... names) {
        for (var name : names) {
            out.field(name, 0);
        }
    }

    private static String twoDigits(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** Forgets everything that CONFIG RESETSTAT forgets. */
    public void reset() {
        connections = 0;
        rejectedConnections = 0;
        commands = 0;
        netInputBytes = 0;
        netOutputBytes = 0;
        netReplInputBytes = 0;
        netReplOutputBytes = 0;
        keyspaceHits = 0;
        keyspaceMisses = 0;
        syncFull = 0;
        syncPartialOk = 0;
        syncPartialErr = 0;
        expiredTimeCapReached = 0;
        expireCycleNanos = 0;
        expiredStalePercent = 0;
        errorReplies = 0;
        unexpectedErrorReplies = 0;
        reads = 0;
        writes = 0;
        authDenied = 0;
        commandDenied = 0;
        keyDenied = 0;
        channelDenied = 0;
        queryLimitDisconnections = 0;
        outputLimitDisconnections = 0;
        errors.clear();
        List.of(commandRate, inputRate, outputRate, replInputRate, replOutputRate)
                .forEach(Rate::reset);
    }

    /** The mean growth of a counter over the last samples, per second. */
    private static final class Rate {
        private final double[] samples;
        private int next;
        private long lastCount;
        private long lastNanos;
        private boolean begun;

        Rate(int samples) {
            this.samples = new double[samples];
        }

        void sample(long count, long nanos) {
            if (begun && nanos > lastNanos) {
                samples[next] = (count - lastCount) * 1e9 / (nanos - lastNanos);
                next = (next + 1) % samples.length;
            }
            begun = true;
            lastCount = count;
            lastNanos = nanos;
        }

        double mean() {
            var sum = 0.0;
            for (var sample : samples) {
                sum += sample;
            }
            return Math.max(0, sum / samples.length);
        }

        String kilobytes() {
            return twoDigits(mean() / 1024);
        }

        void reset() {
            Arrays.fill(samples, 0);
            begun = false;
        }
    }
}
