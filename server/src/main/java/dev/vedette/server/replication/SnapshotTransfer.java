package dev.vedette.server.replication;

import dev.vedette.server.persistence.KeyspaceLoader;
import dev.vedette.server.persistence.RdbException;
import dev.vedette.server.persistence.RdbReader;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;

/**
 * The master's data set on its way to us: a header with a length or an end mark, the RDB, and the
 * mark. It is loaded beside the data that we hold. Command loop only.
 */
final class SnapshotTransfer implements MasterLinkState.Transfer {
    private static final Logger log = LoggerFactory.getLogger(SnapshotTransfer.class);

    private static final int MARK_BYTES = 40;
    private static final String MARK_HEADER = "$EOF:";

    private final String id;
    private final long offset;
    private final KeyspaceLoader loader;
    private final RdbReader reader;
    private long totalBytes = UNKNOWN;
    private boolean headerSeen;
    private byte[] mark = {};
    private int markSeen;
    private boolean complete;

    /**
     * @param id of the history that the data belongs to
     * @param offset of the data
     */
    SnapshotTransfer(String id, long offset, KeyspaceLoader loader) {
        this.id = id;
        this.offset = offset;
        this.loader = loader;
        this.reader = new RdbReader(loader);
    }

    String id() {
        return id;
    }

    long offset() {
        return offset;
    }

    KeyspaceLoader loader() {
        return loader;
    }

    @Override
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public RdbReader reader() {
        return reader;
    }

    boolean isHeaderSeen() {
        return headerSeen;
    }

    /** All is here, and verified: what comes next is the stream. */
    boolean isComplete() {
        return complete;
    }

    /**
     * Takes the line before the data.
     *
     * @return false when it is no header
     */
    boolean header(String text) {
        if (text.startsWith(MARK_HEADER) && text.length() == MARK_HEADER.length() + MARK_BYTES) {
            mark = text.substring(MARK_HEADER.length()).getBytes(StandardCharsets.UTF_8);
            headerSeen = true;
            log.info(
                    "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to"
                            + " parser");
        } else if (text.startsWith("$") && length(text.substring(1)) >= 0) {
            totalBytes = length(text.substring(1));
            headerSeen = true;
            log.info(
                    "MASTER <-> REPLICA sync: receiving {} bytes from master to parser",
                    totalBytes);
        }
        return headerSeen;
    }

    private static long length(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Takes bytes of the data and its end.
     *
     * @return how many; what is left belongs to the stream
     * @throws RdbException when they are damaged, or not what was announced
     */
    int feed(byte[] bytes, int at, int end) throws RdbException {
        int used = reader.finished() ? 0 : snapshot(bytes, at, end);
        if (reader.finished()) {
            used += mark(bytes, at + used, end);
        }
        return used;
    }

    private int snapshot(byte[] bytes, int at, int end) throws RdbException {
        int count = end - at;
        if (mark.length == 0) {
            count = (int) Math.min(count, totalBytes - reader.bytesRead());
        }
        int used = reader.feed(bytes, at, count);
        if (mark.length == 0) {
            boolean whole = reader.bytesRead() == totalBytes;
            if (whole != reader.finished()) {
                throw new RdbException(
                        "%d bytes were announced, and the RDB %s after %d"
                                .formatted(
                                        totalBytes,
                                        whole ? "has not ended" : "ends",
                                        reader.bytesRead()));
            }
        }
        return used;
    }

    /** Behind the RDB comes nothing, or the mark; then the stream. */
    private int mark(byte[] bytes, int at, int end) throws RdbException {
        int used = 0;
        while (markSeen < mark.length && at + used < end) {
            if (bytes[at + used] != mark[markSeen]) {
                throw new RdbException("the end mark of the transfer does not follow the RDB");
            }
            markSeen++;
            used++;
        }
        complete = markSeen == mark.length;
        return used;
    }
}
