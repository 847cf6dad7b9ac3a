import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the AOT cache of a daemon at package time: starts it through its launcher, says to it what
 * any client says first, stops it, and lets the JVM write what it learned. Ends by writing {@code
 * ready}, for which the launchers wait. Run as a source file: {@code java AotTraining.java
 * server|sentinel <dist> <skip>}.
 *
 * <p>A daemon without a cache only starts more slowly, so a training that fails does not fail the
 * build; it says so.
 */
final class AotTraining {
    private static final int PATIENCE_SECONDS = 60;

    private final String daemon;
    private final Path dist;
    private final Path work;
    private final int port;

    private AotTraining(String daemon, Path dist, Path work) throws IOException {
        this.daemon = daemon;
        this.dist = dist;
        this.work = work;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = probe.getLocalPort();
        }
    }

    public static void main(String[] args) throws Exception {
        Path dist = Path.of(args[1]);
        Path cache = dist.resolve("daemon.aot");
        Path ready = dist.resolve("ready");
        Files.deleteIfExists(ready);
        Files.deleteIfExists(cache);
        Path work = Files.createTempDirectory("vedette-aot");
        try {
            if (!Boolean.parseBoolean(args[2])) {
                new AotTraining(args[0], dist, work).run(cache);
            }
        } catch (IOException | IllegalStateException e) {
            System.out.println(
                    "WARNING: no AOT cache for the "
                            + args[0]
                            + ", it will start more slowly: "
                            + e);
            Files.deleteIfExists(cache);
        } finally {
            delete(work);
        }
        Files.writeString(ready, "");
    }

    private void run(Path cache) throws IOException, InterruptedException {
        Path log = dist.resolveSibling("aot-training.log");
        var builder = new ProcessBuilder(command()).directory(work.toFile());
        builder.environment().put("VEDETTE_AOT_TRAINING", cache.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        Process process = builder.start();
        try {
            converse(process);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it did not end; see " + log);
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; see " + log, e);
        } finally {
            process.destroyForcibly().waitFor();
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("it wrote no cache; see " + log);
        }
    }

    private List<String> command() throws IOException {
        Path bin = Path.of("").toAbsolutePath().getParent().resolve("bin");
        String launcher = bin.resolve("vedette-" + daemon).toString();
        String said = Integer.toString(port);
        if (daemon.equals("server")) {
            return List.of(launcher, "--port", said, "--bind", "127.0.0.1", "--save", "");
        }
        Path conf = work.resolve("sentinel.conf");
        Files.writeString(
                conf,
                """
                port %s
                bind 127.0.0.1
                sentinel monitor mymaster 127.0.0.1 %s 1
                """
                        .formatted(said, unusedPort()));
        return List.of(launcher, conf.toString());
    }

    private static int unusedPort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private void converse(Process process) throws IOException, InterruptedException {
        List<String> lines =
                daemon.equals("server")
                        ? List.of(
                                "PING",
                                "SET key value",
                                "GET key",
                                "INCR n",
                                "EXPIRE key 100",
                                "CONFIG GET *",
                                "INFO",
                                "ROLE",
                                "REPLCONF listening-port 1",
                                "PING")
                        : List.of(
                                "PING",
                                "INFO",
                                "SENTINEL MASTERS",
                                "SENTINEL CKQUORUM mymaster",
                                "SENTINEL GET-MASTER-ADDR-BY-NAME mymaster",
                                "ROLE",
                                "PING");
        try (Socket socket = connect(process)) {
            for (String line : lines) {
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
                drain(socket.getInputStream());
            }
            socket.getOutputStream().write("SHUTDOWN NOSAVE\r\n".getBytes(StandardCharsets.UTF_8));
            drain(socket.getInputStream());
        }
        process.destroy();
    }

    /** Reads one reply or more; what they say does not matter here. */
    private static void drain(InputStream in) throws IOException {
        var buffer = new byte[1 << 16];
        if (in.read(buffer) > 0) {
            while (in.available() > 0) {
                if (in.read(buffer) < 0) {
                    return;
                }
            }
        }
    }

    private Socket connect(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                return socket;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
