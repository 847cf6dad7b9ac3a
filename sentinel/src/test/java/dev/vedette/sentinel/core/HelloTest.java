package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class HelloTest {
    private static final Hello HELLO =
            new Hello(
                    new Address("::1", 26379),
                    new SentinelId("a".repeat(SentinelId.CHARS)),
                    7,
                    "mymaster",
                    new Address("127.0.0.1", 6379),
                    3);

    @Test
    void aHelloReadsBackAsItWasWritten() {
        assertEquals(Optional.of(HELLO), Hello.decode(HELLO.encode()));
    }

    /** Its fields go into the conf and into events. */
    @Test
    void noFieldOfAHelloBringsABlankOrALineEnd() {
        var id = HELLO.id().text();
        for (var bad : new String[] {"\n", " ", "\t", "\"", "\u0000", "\u00e9"}) {
            var forged = HELLO.encode().replace(id, id.substring(1) + bad);
            assertEquals(Optional.empty(), Hello.decode(forged));
        }
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace("::1", "::1\nx")));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace("127.0.0.1", "a b")));
    }

    @Test
    void aHelloFromOrAboutPortZeroOrANegativeEpochIsNone() {
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace("26379", "0")));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace(",6379,", ",0,")));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace(",7,", ",-7,")));
    }

    @Test
    void whatHasNotEightGoodFieldsIsNoHello() {
        assertEquals(Optional.empty(), Hello.decode("a,b,c"));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode() + ",x"));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace("26379", "99999")));
    }
}
