package dev.vedette.sentinel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.util.List;

class DemoPortsTest {
    private static final DemoPorts WANTED = new DemoPorts(7379, 2, 1);

    @Test
    void sentinelsStandTwentyThousandAboveTheServers() {
        assertEquals(
                List.of(new Address("127.0.0.1", 7379), new Address("127.0.0.1", 7380)),
                WANTED.servers());
        assertEquals(List.of(new Address("127.0.0.1", 27379)), WANTED.sentinels());
    }

    @Test
    void oneTakenPortMovesThemAll() {
        assertEquals(7379, WANTED.firstFree(_ -> true).base());
        assertEquals(7479, WANTED.firstFree(port -> port != 7380).base());
        assertEquals(7579, WANTED.firstFree(port -> port != 27379 && port != 7479).base());
    }

    @Test
    void saysSoWhenNoPortsAreFree() {
        var failure = assertThrows(CliException.class, () -> WANTED.firstFree(_ -> false));
        assertEquals(
                "no free ports between 7379 and 45000; name others with --port",
                failure.getMessage());
    }
}
