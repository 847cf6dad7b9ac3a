package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What subscribers hear of keys: the same channels, messages and order as from Redis. */
class KeyspaceEventsTest extends SideBySide {
    private static final List<String> SCRIPT =
            List.of(
                    "debug set-active-expire 0",
                    "set a 1",
                    "set a 2 ex 100",
                    "set a 3 keepttl",
                    "set a 4 nx",
                    "setnx b 1",
                    "setnx b 1",
                    "setex c 100 v",
                    "psetex c 100000 v",
                    "getset c w",
                    "getset new w",
                    "getex c ex 100",
                    "getex c persist",
                    "getex c",
                    "getdel c",
                    "getdel c",
                    "get nosuch",
                    "mget a nosuch b",
                    "exists nosuch",
                    "mset a 1 d 2",
                    "msetnx a 1 e 2",
                    "msetnx f 1 g 2",
                    "append a x",
                    "append h x",
                    "append h \"\"",
                    "setrange h 3 y",
                    "setrange nosuch 3 \"\"",
                    "incr n",
                    "decrby n 5",
                    "incrbyfloat n 0.5",
                    "incr a",
                    "expire a 100",
                    "pexpire a 100000",
                    "expireat a 4102444800",
                    "expire nosuch 100",
                    "expire a 100 nx",
                    "persist a",
                    "persist a",
                    "expire d -1",
                    "set e 1 exat 1",
                    "rename a z",
                    "renamenx z y",
                    "renamenx y b",
                    "copy y x",
                    "copy y b",
                    "copy y x db 1 replace",
                    "move y 1",
                    "move nosuch 1",
                    "del b nosuch",
                    "unlink f g",
                    "touch h",
                    "type h",
                    "object encoding h",
                    "select 1",
                    "set one 1",
                    "multi",
                    "set two 2",
                    "del one",
                    "exec",
                    "swapdb 0 1",
                    "select 0",
                    "set three 3",
                    "set four 4",
                    "rename three four",
                    "set three 3",
                    "copy three four replace",
                    "setrange fresh 2 x",
                    "incr one-more",
                    "incrbyfloat yet-another 1",
                    "set gone 1 pxat 1",
                    "get gone",
                    "flushdb",
                    "flushall");

    @ParameterizedTest
    @ValueSource(strings = {"KEA", "K$", "Eg", "KEx", "KEm", "KEn", "AKEmn", "gn$", "\"\""})
    void subscribersHearTheSame(String classes) throws Exception {
        try (var one = new Peer(redisPort);
                var oneListens = new Peer(redisPort);
                var other = new Peer(ourPort);
                var otherListens = new Peer(ourPort);
                var oneMarks = new Peer(redisPort);
                var otherMarks = new Peer(ourPort)) {
            same("config set notify-keyspace-events " + classes, one, other);
            same("config get notify-keyspace-events", one, other);
            same("psubscribe *", oneListens, otherListens);
            var heard = 0;
            for (var line : SCRIPT) {
                same(line, one, other);
                same("publish end x", oneMarks, otherMarks);
                var expected = untilEnd(oneListens);
                heard += expected.size();
                assertEquals(expected, untilEnd(otherListens), line);
            }
            var silent = classes.equals("gn$") || classes.equals("\"\"");
            assertTrue(silent == (heard == 0), "heard " + heard);
        }
    }

    private static List<String> untilEnd(Peer listener) throws IOException {
        var heard = new ArrayList<String>();
        var message = Peer.shown(listener.reply());
        while (!message.contains("\r\nend\r\n")) {
            heard.add(message);
            message = Peer.shown(listener.reply());
        }
        return heard;
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "lazy"})
    void anEndOfLifeIsHeard(String way) throws Exception {
        for (var port : List.of(redisPort, ourPort)) {
            try (var client = new Peer(port);
                    var listener = new Peer(port)) {
                client.call("config set notify-keyspace-events Ex");
                client.call("debug set-active-expire " + (way.equals("active") ? 1 : 0));
                listener.call("subscribe __keyevent@0__:expired");
                client.call("set short v px 20");
                if (way.equals("lazy")) {
                    while (!client.call("get short").equals("$-1\r\n")) {
                        Thread.onSpinWait();
                    }
                }
                assertEquals(
                        "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$5\r\nshort\r\n",
                        Peer.shown(listener.reply()));
            }
        }
    }
}
