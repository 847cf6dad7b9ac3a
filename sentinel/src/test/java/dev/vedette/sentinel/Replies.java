package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.ErrorReply;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Replies of a sentinel, as tests look at them. */
final class Replies {
    private Replies() {}

    /** The items of an aggregate, as text. */
    static List<String> texts(RespValue reply) {
        return reply.asList().stream().map(RespValue::asText).toList();
    }

    /** Of one instance, field by field. */
    static Map<String, String> fields(RespValue reply) {
        var words = reply.asList();
        var fields = new HashMap<String, String>();
        for (var i = 0; i + 1 < words.size(); i += 2) {
            fields.put(words.get(i).asText(), words.get(i + 1).asText());
        }
        return fields;
    }

    static void assertError(String line, RespValue reply) {
        assertEquals(new ErrorReply(line), reply);
    }
}
