package dev.vedette.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfLoader;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.daemon.WorkingDirectory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The same seeded stream of commands to a real redis-server and to ours: every byte is equal. */
class DifferentialTest {
    private static final Path REDIS = Path.of("/usr/bin/redis-server");
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

    @TempDir Path directory = Path.of(".");

    private @Nullable Process redis;
    private @Nullable Server ours;
    private int redisPort;
    private int ourPort;

    @BeforeEach
    void startBoth() throws Exception {
        var there = Files.isExecutable(REDIS);
        if (System.getenv("VEDETTE_REQUIRE_INTEROP") == null) {
            assumeTrue(there, "no redis-server here: apt-get install redis-server");
        }
        redisPort = freePort();
        ourPort = freePort();
        redis =
                new ProcessBuilder(
                                REDIS.toString(),
                                "--port",
                                Integer.toString(redisPort),
                                "--save",
                                "",
                                "--enable-debug-command",
                                "yes",
                                "--dir",
                                directory.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("redis.log").toFile())
                        .start();
        var work = WorkingDirectory.of(directory);
        var arguments =
                List.of(
                        "--port",
                        Integer.toString(ourPort),
                        "--save",
                        "",
                        "--enable-debug-command",
                        "yes");
        var conf =
                new ConfLoader(GeneralDirectives.TABLE, work)
                        .serving(ServedDirectives.all())
                        .load(CommandLine.parse(arguments), InputStream.nullInputStream());
        var server = new Server(conf, work, () -> {}, () -> {});
        ours = server;
        server.start(() -> {}, () -> {});
    }

    @AfterEach
    void stopBoth() throws Exception {
        if (redis != null) {
            redis.destroyForcibly().waitFor();
        }
        if (ours != null) {
            ours.close();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void repliesAreEqualByteForByte(long seed) throws Exception {
        var random = new Random(seed);
        try (var one = new Peer(redisPort);
                var other = new Peer(ourPort)) {
            for (var peer : List.of(one, other)) {
                peer.call(List.of(bytes("flushall")));
                // Keys past their time go when they are looked at, and at no other moment.
                peer.call(List.of(bytes("debug"), bytes("set-active-expire"), bytes("0")));
            }
            for (var i = 0; i < COMMANDS; i++) {
                var words = command(random);
                var expected = one.call(words);
                assertEquals(
                        shown(expected),
                        shown(other.call(words)),
                        () -> "seed " + seed + ": " + words.stream().map(w -> shown(w)).toList());
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
                assertEquals("$-1\r\n", shown(client.call(List.of(bytes("get"), bytes("pwned")))));
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
        while (!shown(peer.call(List.of(bytes("info"), bytes("persistence"))))
                .contains("rdb_last_bgsave_status:err")) {
            assertTrue(System.nanoTime() < deadline, "the save did not fail");
            Thread.onSpinWait();
        }
    }

    private void compare(List<String> script) throws Exception {
        try (var one = new Peer(redisPort);
                var other = new Peer(ourPort)) {
            for (var line : script) {
                same(line, one, other);
            }
        }
    }

    private static void same(String line, Peer one, Peer other) throws IOException {
        var words = Arrays.stream(line.split(" ", -1)).map(DifferentialTest::bytes).toList();
        assertEquals(shown(one.call(words)), shown(other.call(words)), line);
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String shown(byte[] reply) {
        return new String(reply, StandardCharsets.ISO_8859_1);
    }

    /** A connection that gives replies as the bytes that came. */
    private static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Peer(int port) throws IOException, InterruptedException {
            socket = connect(port);
            socket.setSoTimeout(10_000);
            in = new BufferedInputStream(socket.getInputStream());
        }

        static Socket connect(int port) throws IOException, InterruptedException {
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (true) {
                try {
                    return new Socket(InetAddress.getLoopbackAddress(), port);
                } catch (ConnectException e) {
                    if (System.nanoTime() > deadline) {
                        throw e;
                    }
                    Thread.onSpinWait();
                }
            }
        }

        byte[] call(List<byte[]> words) throws IOException {
            var out = new ByteArrayOutputStream();
            out.writeBytes(bytes("*" + words.size() + "\r\n"));
            for (var word : words) {
                out.writeBytes(bytes("$" + word.length + "\r\n"));
                out.writeBytes(word);
                out.writeBytes(bytes("\r\n"));
            }
            socket.getOutputStream().write(out.toByteArray());
            var reply = new ByteArrayOutputStream();
            read(reply);
            return reply.toByteArray();
        }

        private void read(ByteArrayOutputStream reply) throws IOException {
            var line = line();
            reply.writeBytes(line);
            var number = line[0] == '$' || line[0] == '*' ? length(line) : 0;
            if (line[0] == '$' && number >= 0) {
                reply.writeBytes(in.readNBytes(number + 2));
            }
            for (var i = 0; line[0] == '*' && i < number; i++) {
                read(reply);
            }
        }

        private static int length(byte[] line) {
            return Integer.parseInt(shown(Arrays.copyOfRange(line, 1, line.length - 2)));
        }

        private byte[] line() throws IOException {
            var line = new ByteArrayOutputStream();
            var c = 0;
            while (c != '\n') {
                c = in.read();
                if (c < 0) {
                    throw new IOException("the connection was closed");
                }
                line.write(c);
            }
            return line.toByteArray();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
