package dev.vedette.server.admin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counters of INFO stats and errorstats. Plain fields: one thread counts. Event loop only. */
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
    public long authDenied;
    public long outputLimitDisconnections;

    private final Map<String, long[]> errors = new TreeMap<>();
    private final Rate commandRate = new Rate();
    private final Rate inputRate = new Rate();
    private final Rate outputRate = new Rate();
    private final Rate replInputRate = new Rate();
    private final Rate replOutputRate = new Rate();

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

    /** To be called ten times a second or so: the rates of INFO are means over such samples. */
    public void sample(long nanos) {
        commandRate.sample(commands, nanos);
        inputRate.sample(netInputBytes, nanos);
        outputRate.sample(netOutputBytes, nanos);
        replInputRate.sample(netReplInputBytes, nanos);
        replOutputRate.sample(netReplOutputBytes, nanos);
    }

    public long commandsPerSecond() {
        return (long) commandRate.mean();
    }

    public double inputKilobytes() {
        return inputRate.mean() / 1024;
    }

    public double outputKilobytes() {
        return outputRate.mean() / 1024;
    }

    public double replInputKilobytes() {
        return replInputRate.mean() / 1024;
    }

    public double replOutputKilobytes() {
        return replOutputRate.mean() / 1024;
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
        outputLimitDisconnections = 0;
        errors.clear();
        List.of(commandRate, inputRate, outputRate, replInputRate, replOutputRate)
                .forEach(Rate::reset);
    }

    /** The mean growth of a counter over the last samples, per second. */
    private static final class Rate {
        private static final int SAMPLES = 16;

        private final double[] samples = new double[SAMPLES];
        private int next;
        private long lastCount;
        private long lastNanos;
        private boolean begun;

        void sample(long count, long nanos) {
            if (begun && nanos > lastNanos) {
                samples[next] = (count - lastCount) * 1e9 / (nanos - lastNanos);
                next = (next + 1) % SAMPLES;
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
            return Math.max(0, sum / SAMPLES);
        }

        void reset() {
            Arrays.fill(samples, 0);
            begun = false;
        }
    }
}
