package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class AddressTest {
    @Test
    void anIpv6HostStandsInBracketsBeforeThePort() {
        assertEquals("[::1]:6379", new Address("::1", 6379).toString());
        assertEquals("127.0.0.1:6379", new Address("127.0.0.1", 6379).toString());
    }

    @Test
    void aPortBeyondTheRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Address("h", 65536));
        assertThrows(IllegalArgumentException.class, () -> new Address("h", -1));
    }
}
