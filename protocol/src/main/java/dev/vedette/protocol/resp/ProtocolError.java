package dev.vedette.protocol.resp;

import java.util.Optional;

/**
 * How a client broke the protocol.
 *
 * @param reply the error line to send, without {@code -}, in Redis's words; empty where Redis
 *     closes without a reply
 * @param reason for the log: what was seen and what was expected
 */
public record ProtocolError(Optional<String> reply, String reason) {
    static ProtocolError answered(String text, String reason) {
        return new ProtocolError(Optional.of("ERR Protocol error: " + text), reason);
    }
}
