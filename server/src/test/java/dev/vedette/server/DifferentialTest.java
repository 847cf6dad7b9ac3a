package dev.vedette.server;

import static dev.vedette.server.Peer.bytes;
import static dev.vedette.server.Peer.shown;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The same seeded stream of commands to a real redis-server and to ours: every byte is equal. */
class DifferentialTest extends SideBySide {
    private static final int COMMANDS = 3_000;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    /** Numbers at the edges of what is taken. */
    private static final List<String> NUMBERS =
            List.of("0", "1", "-1", "7", "9223372036854775807", "-9223372036854775808", "x", "1.5");

    /** Times to live that are refused or longer than this test. */
    private static final List<String> LIVES =
            List.of("0", "-1", "x", "100000000", "9223372036854775807");

    /** Moments long past and far away; never near now. */
    private static final List<String> MOMENTS = List.of("1", "4102444800", "-5", "0", "x");

    /**
     * K a key, V a value, N a number, L a time to live, T a moment in seconds, M one in
     * milliseconds.
     */
    private static final List<String> SHAPES =
            List.of(
                    "get K",
                    "set K V",
                    "set K V nx",
                    "set K V xx get",
                    "set K V exat T",
                    "set K V pxat M get",
                    "set K V keepttl",
                    "set K V ex L",
                    "set K V nx xx",
                    "setnx K V",
                    "setex K L V",
                    "psetex K L V",
                    "getset K V",
                    "getdel K",
                    "getex K exat T",
                    "getex K persist",
                    "getex K pxat M",
                    "getex K foo",
                    "append K V",
                    "strlen K",
                    "incr K",
                    "decr K",
                    "incrby K N",
                    "decrby K N",
                    "incrbyfloat K N",
                    "incrbyfloat K 0.1",
                    "mget K K K",
                    "mset K V K V",
                    "msetnx K V K V",
                    "mset K V K",
                    "getrange K N N",
                    "setrange K 9 V",
                    "setrange K N V",
                    "lcs K K idx withmatchlen",
                    "lcs K K len",
                    "lcs K K",
                    "del K K",
                    "unlink K",
                    "exists K K",
                    "expireat K T",
                    "expireat K T gt",
                    "expireat K T lt",
                    "expireat K T nx",
                    "pexpireat K M xx",
                    "expire K N foo",
                    "expiretime K",
                    "persist K",
                    "type K",
                    "rename K K",
                    "renamenx K K",
                    "touch K",
                    "copy K K",
                    "copy K K replace db 1",
                    "move K 1",
                    "move K N",
                    "dbsize",
                    "object encoding K",
                    "dump K",
                    "select 0",
                    "select 1",
                    "select N",
                    "ping",
                    "ping V",
                    "echo V",
                    "multi",
                    "exec",
                    "exec",
                    "discard",
                    "watch K",
                    "unwatch",
                    "swapdb 0 1",
                    "swapdb N 1",
                    "nosuch K V",
                    "config nosuch",
                    "client setname V",
                    "client getname",
                    "hello N",
                    "auth V",
                    "publish V V",
                    "pubsub numsub V",
                    "keys k1",
                    "scan x",
                    "scan 0 count N foo",
                    "debug digest",
                    "command count x",
                    "command info get rename mset nosuch",
                    "flushall foo",
                    "set K",
                    "get K K");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void repliesAreEqualByteForByte(long seed) throws Exception {
        var random = new Random(seed);
        try (var one = new Peer(redisPort);
                var other = new Peer(ourPort)) {
            for (var peer : List.of(one, other)) {
                peer.call("flushall");
                // Keys past their time go when they are looked at, and at no other moment.
                peer.call("debug set-active-expire 0");
            }
            for (var i = 0; i < COMMANDS; i++) {
                var words = command(random);
                var expected = one.call(words);
                assertEquals(
                        shown(expected),
                        shown(other.call(words)),
                        () -> "seed " + seed + ": " + words.stream().map(Peer::shown).toList());
            }
        }
    }

    @Test
    void aFullMemoryRefusesAsRedisDoes() throws Exception {
        var script =
                List.of(
                        "set a 1",
                        "config set maxmemory 1",
                        "config get maxmemory",
                        "set a 2",
                        "set a 2 wrong syntax",
                        "set a",
                        "get a",
                        "append a x",
                        "setrange a 0 x",
                        "restore b 0 x",
                        "rename a c",
                        "expire c 100",
                        "copy c d",
                        "getdel c",
                        "mset a 1 b 2",
                        "incr a",
                        "del a",
                        "publish news x",
                        "multi",
                        "get a",
                        "ping",
                        "multi",
                        "exec",
                        "multi",
                        "exec",
                        "multi",
                        "discard",
                        "multi",
                        "unwatch",
                        "exec",
                        "config set maxmemory 0",
                        "multi",
                        "set a 1",
                        "config set maxmemory 1",
                        "set b 2",
                        "exec",
                        "set c 3",
                        "get b",
                        "config set maxmemory 1gb",
                        "set c 3",
                        "config get maxmemory",
                        "config set maxmemory 0 maxmemory-policy allkeys-lru",
                        "config set maxmemory-policy noeviction maxmemory 1",
                        "set c 4",
                        "subscribe news",
                        "set c 5",
                        "reset",
                        "config set min-replicas-to-write 1",
                        "set c 6",
                        "config set maxmemory 0",
                        "set c 6",
                        "multi",
                        "exec",
                        "config set min-replicas-to-write 0",
                        "config set maxmemory 1",
                        "replicaof 127.0.0.1 1",
                        "set c 7",
                        "config set replica-read-only no",
                        "set c 8",
                        "replicaof no one",
                        "set c 9",
                        "get c",
                        "flushall",
                        "config set maxmemory -1",
                        "config set maxmemory 1x");
        compare(script);
    }

    @Test
    void valuesOutOfBoundsBecomeWhatRedisMakesOfThem() throws Exception {
        var script = new ArrayList<String>();
        for (var change : List.of("hz 1000", "hz 501", "hz 500", "hz 0", "hz -5", "hz x")) {
            script.add("config set " + change);
            script.add("config get hz");
        }
        for (var bytes : List.of("10", "16383", "16384", "20000", "0", "1mb", "-1")) {
            script.add("config set repl-backlog-size " + bytes);
            script.add("config get repl-backlog-size");
        }
        script.add("config set hz 7 repl-backlog-size 9 timeout 3");
        script.add("config get hz");
        script.add("config get repl-backlog-size");
        script.add("config get timeout");
        compare(script);
    }

    @Test
    void whatIsSeldomAskedIsAnsweredAsByRedis() throws Exception {
        compare(
                List.of(
                        "command info config|foo",
                        "command info foo|bar",
                        "command info nosuch get nosuch",
                        "command info config|get",
                        "command info wait ping info select shutdown",
                        "set \"\" x",
                        "keys **",
                        "keys \"\"",
                        "keys ?",
                        "scan 0 match **",
                        "scan 0 match *",
                        "scan \"\"",
                        "del \"\"",
                        "scan -1",
                        "scan -2",
                        "scan +1",
                        "scan 18446744073709551615",
                        "scan 18446744073709551616",
                        "scan -",
                        "scan 1x",
                        "config get MAXmemory",
                        "config get maxmemory maxmemory MaxMemory",
                        "config get maxclients nosuch",
                        "config get slaveof",
                        "config get SLAVE-prio*",
                        "set f 10",
                        "incrbyfloat f 1",
                        "object encoding f",
                        "incrbyfloat f 0x10",
                        "incrbyfloat f 0X1.8p1",
                        "incrbyfloat f -0x.8",
                        "incrbyfloat f 0x",
                        "incrbyfloat f 1e",
                        "incrbyfloat f .5",
                        "incrbyfloat f +5.",
                        "object encoding f",
                        "set f 0x1A",
                        "incrbyfloat f 1",
                        "incrbyfloat f 1e40",
                        "object encoding f",
                        "incrbyfloat f 1e100",
                        "object encoding f",
                        "incrbyfloat f inf",
                        "incrbyfloat f nan",
                        "get f",
                        "set c 5",
                        "object refcount c",
                        "copy c d",
                        "object refcount d",
                        "object refcount c",
                        "object encoding d",
                        "incr d",
                        "object refcount d",
                        "append c 1",
                        "object refcount c",
                        "incr c",
                        "object refcount c",
                        "set d 10000",
                        "object refcount d",
                        "decr d",
                        "object refcount d",
                        "rename d e",
                        "object refcount e",
                        "config set maxclients 2000000",
                        "config get maxclients"));
    }

    /** Another connection fills the memory between the queueing and EXEC. */
    @Test
    void execIsRefusedWhenTheMemoryIsFullMeanwhile() throws Exception {
        try (var one = new Peer(redisPort);
                var oneMore = new Peer(redisPort);
                var other = new Peer(ourPort);
                var otherMore = new Peer(ourPort)) {
            for (var line : List.of("multi", "set a 1", "get a")) {
                same(line, one, other);
            }
            same("config set maxmemory 1", oneMore, otherMore);
            for (var line : List.of("exec", "exec", "get a", "multi", "exec")) {
                same(line, one, other);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1", "post", "Host: x", "hOST: 127.0.0.1"})
    void aWebRequestEndsTheConnectionWithoutAReply(String line) throws Exception {
        for (var port : List.of(redisPort, ourPort)) {
            try (var web = Peer.connect(port);
                    var client = new Peer(port)) {
                web.setSoTimeout(10_000);
                web.getOutputStream().write(bytes(line + "\r\nset pwned 1\r\n"));
                assertEquals(0, drained(web).length);
                assertEquals("$-1\r\n", client.call("get pwned"));
            }
        }
    }

    /** What comes until the end, which may be a reset: not all that was sent was read. */
    private static byte[] drained(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException _) {
            return new byte[0];
        }
    }

    @Test
    void onlyAFailedBackgroundSaveRefusesWrites() throws Exception {
        try (var one = new Peer(redisPort);
                var other = new Peer(ourPort)) {
            for (var peer : List.of(one, other)) {
                peer.call(List.of(bytes("config"), bytes("set"), bytes("save"), bytes("3600 9")));
            }
            // A folder in the place of the file.
            Files.createDirectories(directory.resolve("dump.rdb/full"));
            for (var line : List.of("set a 1", "save", "ping", "set a 2", "bgsave")) {
                same(line, one, other);
            }
            awaitFailedSave(one);
            awaitFailedSave(other);
            for (var line : List.of("ping", "set a 3", "get a")) {
                same(line, one, other);
            }
        }
    }

    private static void awaitFailedSave(Peer peer) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!peer.call("info persistence").contains("rdb_last_bgsave_status:err")) {
            assertTrue(System.nanoTime() < deadline, "the save did not fail");
            Thread.onSpinWait();
        }
    }

    private static List<byte[]> command(Random random) {
        var words = new ArrayList<byte[]>();
        for (var part : SHAPES.get(random.nextInt(SHAPES.size())).split(" ", -1)) {
            words.add(
                    switch (part) {
                        case "K" -> bytes("k" + random.nextInt(8));
                        case "V" -> value(random);
                        case "N" -> bytes(NUMBERS.get(random.nextInt(NUMBERS.size())));
                        case "L" -> bytes(LIVES.get(random.nextInt(LIVES.size())));
                        case "T" -> bytes(MOMENTS.get(random.nextInt(MOMENTS.size())));
                        case "M" -> bytes(MOMENTS.get(random.nextInt(MOMENTS.size())) + "000");
                        default -> bytes(part);
                    });
        }
        return words;
    }

    private static byte[] value(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> bytes(Integer.toString(random.nextInt(400) - 200));
            case 1 -> bytes(NUMBERS.get(random.nextInt(NUMBERS.size())));
            case 2 -> bytes(LETTERS.substring(random.nextInt(LETTERS.length())).repeat(4));
            case 3 -> {
                var noise = new byte[random.nextInt(30)];
                random.nextBytes(noise);
                yield noise;
            }
            default -> bytes("");
        };
    }
}
