package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

/** How many clients there may be, set while there are some. */
class MaxClientsTest extends SideBySide {
    @Test
    void oneTooManyIsToldAndClosed() throws Exception {
        for (var port : List.of(redisPort, ourPort)) {
            try (var one = new Peer(port);
                    var two = new Peer(port)) {
                assertEquals("+PONG\r\n", two.call("ping"));
                assertEquals("+OK\r\n", one.call("config set maxclients 2"));
                assertEquals(
                        "*2\r\n$10\r\nmaxclients\r\n$1\r\n2\r\n",
                        one.call("config get maxclients"));
                assertRefused(port);
                // Those that are there stay, even if they are too many now.
                assertEquals("+OK\r\n", one.call("config set maxclients 1"));
                assertEquals("+PONG\r\n", two.call("ping"));
                assertRefused(port);
                assertEquals("+OK\r\n", one.call("config set maxclients 3"));
                try (var three = new Peer(port)) {
                    assertEquals("+PONG\r\n", three.call("ping"));
                }
                assertEquals("2", field(one.call("info stats"), "rejected_connections"));
            }
        }
    }

    private static void assertRefused(int port) throws IOException {
        try (var refused = new Peer(port)) {
            assertEquals("-ERR max number of clients reached\r\n", Peer.shown(refused.reply()));
            assertThrows(IOException.class, refused::reply);
        }
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("missing");
    }

    @Test
    void aNumberOutOfBoundsIsRefusedInTheSameWords() throws Exception {
        compare(
                List.of(
                        "config set maxclients 0",
                        "config set maxclients -1",
                        "config set maxclients x",
                        "config set maxclients 4294967296",
                        "config get maxclients"));
    }
}
