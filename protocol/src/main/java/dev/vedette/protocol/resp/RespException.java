package dev.vedette.protocol.resp;

import java.io.Serial;

/** What a peer sent is not the Redis protocol; the message says what was seen and expected. */
public final class RespException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    public RespException(String message) {
        super(message);
    }
}
