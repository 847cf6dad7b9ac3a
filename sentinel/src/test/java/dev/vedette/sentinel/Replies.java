package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.ErrorReply;

import java.util.List;

/** Replies of a sentinel, as tests look at them. */
final class Replies {
    private Replies() {}

    /** The items of an aggregate, as text. */
    static List<String> texts(RespValue reply) {
        return reply.asList().stream().map(RespValue::asText).toList();
    }

    static void assertError(String line, RespValue reply) {
        assertEquals(new ErrorReply(line), reply);
    }
}
