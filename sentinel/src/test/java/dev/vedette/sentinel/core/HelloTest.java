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

    @Test
    void whatHasNotEightGoodFieldsIsNoHello() {
        assertEquals(Optional.empty(), Hello.decode("a,b,c"));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode() + ",x"));
        assertEquals(Optional.empty(), Hello.decode(HELLO.encode().replace("26379", "99999")));
    }
}
