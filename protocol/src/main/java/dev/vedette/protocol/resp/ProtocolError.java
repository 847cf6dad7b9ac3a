package dev.vedette.protocol.resp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a client broke the protocol.
 *
 * @param reply the error line to send, without {@code -}, in Redis's words; empty where Redis
 *     closes without a reply
 * @param reason for the log: what was seen and what was expected
 */
public record ProtocolError(Optional<String> reply, String reason) {
    /**
     * The error line as bytes: a byte that the client sent and that the text shows goes back as is.
     */
    public Optional<byte[]> replyBytes() {
        return reply.map(line -> line.getBytes(StandardCharsets.ISO_8859_1));
    }

    static ProtocolError answered(String text, String reason) {
        return new ProtocolError(Optional.of("ERR Protocol error: " + text), reason);
    }
}
