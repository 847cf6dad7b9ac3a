package dev.vedette.protocol.info;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The largest input and the largest output that any client had waiting in the last eight seconds
 * (server.c, clientsCronTrackExpansiveClients). One thread.
 */
public final class BufferPeaks {
    private static final int SECONDS = 8;

    private final long[] input = new long[SECONDS];
    private final long[] output = new long[SECONDS];
    private long second = Long.MIN_VALUE;

    /** What one client has waiting now. */
    public void note(long inputBytes, long outputBytes, long nanos) {
        moveTo(nanos);
        var slot = slot(second);
        input[slot] = Math.max(input[slot], inputBytes);
        output[slot] = Math.max(output[slot], outputBytes);
    }

    /** The two fields of the clients section. */
    public void fields(InfoText.Builder out, long nanos) {
        moveTo(nanos);
        out.field("client_recent_max_input_buffer", Arrays.stream(input).max().orElseThrow())
                .field(
                        "client_recent_max_output_buffer",
                        Arrays.stream(output).max().orElseThrow());
    }

    private void moveTo(long nanos) {
        var now = TimeUnit.NANOSECONDS.toSeconds(nanos);
        // Seconds in which nobody was looked at, and the one that begins, have no peak yet.
        for (var passed = Math.max(second, now - SECONDS) + 1; passed <= now; passed++) {
            input[slot(passed)] = 0;
            output[slot(passed)] = 0;
        }
        second = now;
    }

    private static int slot(long second) {
        return Math.floorMod(second, SECONDS);
    }
}
