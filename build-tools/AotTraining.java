import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the AOT cache of a daemon at package time: starts it through its launcher, says to it what
 * any client says first, lets it do its work once (a server replicates; a sentinel leads a failover
 * beside another sentinel), in plain text and once through TLS, stops it, and lets the JVM write
 * what it learned: what is loaded and linked here costs nothing in the first failover of a
 * production. Ends by writing {@code ready}, for which the launchers wait. Run as a source file:
 * {@code java AotTraining.java server|sentinel <dist> <skip>}.
 *
 * <p>A daemon without a cache only starts more slowly, so a training that fails does not fail the
 * build; it says so.
 */
final class AotTraining {
    private static final int PATIENCE_SECONDS = 60;

    /** How long the work itself may take; what was learned until then is kept. */
    private static final int WORK_SECONDS = 20;

    private static final String MASTER_ADDRESS = "SENTINEL GET-MASTER-ADDR-BY-NAME mymaster";

    private final String daemon;
    private final Path dist;
    private final Path work;
    private final Certificate certificate;
    private final int port = unusedPort();
    private final int tlsPort = unusedPort();
    private final int masterPort = unusedPort();
    private final int replicaPort = unusedPort();

    /** Who it is trained with. */
    private final List<Process> neighbours = new ArrayList<>();

    private AotTraining(String daemon, Path dist, Path work) throws IOException {
        this.daemon = daemon;
        this.dist = dist;
        this.work = work;
        this.certificate = new Certificate(work);
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
        Path launcher = Path.of("").toAbsolutePath().getParent().resolve("bin/vedette-" + daemon);
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(daemon.equals("server") ? serverOptions("trained", port) : watching(port));
        command.addAll(certificate.options(tlsPort));
        var builder = new ProcessBuilder(command).directory(work.toFile());
        builder.environment().put("VEDETTE_AOT_TRAINING", cache.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        Process process = builder.start();
        try {
            try (var client = new Client(certificate.connect(tlsPort))) {
                client.sayAll("PING", "PING");
            }
            if (daemon.equals("server")) {
                trainServer();
            } else {
                trainSentinel();
            }
            process.destroy();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it did not end; see " + log);
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; see " + log, e);
        } finally {
            process.destroyForcibly().waitFor();
            for (Process neighbour : neighbours) {
                neighbour.destroyForcibly().waitFor();
            }
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("it wrote no cache; see " + log);
        }
    }

    // ---- a server

    private void trainServer() throws IOException, InterruptedException {
        try (var client = new Client(port)) {
            client.sayAll(
                    "PING",
                    "SET key value",
                    "GET key",
                    "INCR n",
                    "EXPIRE key 100",
                    "CONFIG GET *",
                    "INFO",
                    "ROLE",
                    "PING");
            startServer(replicaPort, port);
            until(client, "INFO replication", "state=online");
            client.sayAll(
                    "SET key replicated", "MULTI", "EXEC", "SLAVEOF 127.0.0.1 " + replicaPort);
            try (var replica = new Client(replicaPort)) {
                replica.say("SLAVEOF NO ONE");
                until(client, "INFO replication", "master_link_status:up");
            }
            client.sayAll("SLAVEOF NO ONE", "SHUTDOWN NOSAVE");
        }
    }

    // ---- a sentinel

    private void trainSentinel() throws IOException, InterruptedException {
        if (Files.exists(serverJar())) {
            startServer(masterPort, 0);
            startServer(replicaPort, masterPort);
            startNeighbour(jar(dist, "sentinel"), "sentinel.SentinelMain", watching(unusedPort()));
        }
        try (var client = new Client(port);
                var subscriber = new Client(port)) {
            subscriber.say("PSUBSCRIBE *");
            client.sayAll(
                    "PING",
                    "INFO",
                    "SENTINEL MASTERS",
                    "SENTINEL CKQUORUM mymaster",
                    MASTER_ADDRESS,
                    "ROLE",
                    "PING");
            if (!neighbours.isEmpty()) {
                until(client, "SENTINEL CKQUORUM mymaster", "OK 2 usable");
                until(client, "SENTINEL REPLICAS mymaster", "\r\nok\r\n");
                client.say("SENTINEL FAILOVER mymaster");
                until(client, MASTER_ADDRESS, "\r\n" + replicaPort + "\r\n");
                until(client, "SENTINEL REPLICAS mymaster", "\r\nok\r\n");
                neighbours.get(1).destroyForcibly().waitFor();
                until(client, MASTER_ADDRESS, "\r\n" + masterPort + "\r\n");
            }
            client.say("SHUTDOWN");
        }
    }

    private List<String> watching(int ownPort) throws IOException {
        Path folder = Files.createDirectories(work.resolve("sentinel-" + ownPort));
        Path conf = folder.resolve("sentinel.conf");
        Files.writeString(
                conf,
                """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor mymaster 127.0.0.1 %d 2
                sentinel down-after-milliseconds mymaster 500
                sentinel failover-timeout mymaster 3000
                """
                        .formatted(ownPort, folder, masterPort));
        return List.of(conf.toString());
    }

    // ---- neighbours, without a cache and without the launchers, which wait for one

    private Path serverJar() {
        return jar(dist.resolve("../../../server/target/dist"), "server");
    }

    private static Path jar(Path dist, String daemon) {
        return dist.resolve("lib/vedette-" + daemon + ".jar").normalize();
    }

    /**
     * @param master its port, 0 for none
     */
    private void startServer(int ownPort, int master) throws IOException {
        Path jar = daemon.equals("server") ? jar(dist, "server") : serverJar();
        var options = new ArrayList<>(serverOptions("server-" + ownPort, ownPort));
        if (master != 0) {
            options.addAll(List.of("--replicaof", "127.0.0.1 " + master));
        }
        startNeighbour(jar, "server.ServerMain", options);
    }

    private List<String> serverOptions(String name, int ownPort) throws IOException {
        return List.of(
                "--port",
                Integer.toString(ownPort),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0",
                "--dir",
                Files.createDirectories(work.resolve(name)).toString());
    }

    private void startNeighbour(Path jar, String main, List<String> options) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                jar.toString(),
                                "dev.vedette." + main));
        command.addAll(options);
        neighbours.add(
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    // ---- talking

    /** Says it again until the reply holds that text; gives up in silence after a while. */
    private static void until(Client client, String line, String awaited)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WORK_SECONDS);
        while (!client.say(line).contains(awaited) && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
    }

    /** Speaks inline commands; what most replies say does not matter here. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;

        private Client(int port) throws IOException, InterruptedException {
            this(connect(port));
        }

        private Client(Socket socket) {
            this.socket = socket;
        }

        private static Socket connect(int port) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (true) {
                try {
                    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                    return socket;
                } catch (IOException e) {
                    if (System.nanoTime() > deadline) {
                        throw e;
                    }
                    Thread.sleep(50);
                }
            }
        }

        private void sayAll(String... lines) throws IOException {
            for (String line : lines) {
                say(line);
            }
        }

        /** Answers with what came first; large replies come in pieces, small ones do not. */
        private String say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            var reply = new StringBuilder();
            var buffer = new byte[1 << 16];
            var in = socket.getInputStream();
            do {
                int read = in.read(buffer);
                if (read < 0) {
                    break;
                }
                reply.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            } while (in.available() > 0);
            return reply.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** One that signed itself, with which a daemon and its client know each other. */
    private static final class Certificate {
        private static final String PASSWORD = "changeit";

        private final Path folder;

        private Certificate(Path folder) {
            this.folder = folder;
        }

        /** Makes the files, and what a daemon must be told of them. */
        private List<String> options(int port) throws IOException, InterruptedException {
            keytool(
                    "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=training -ext"
                            + " bc=ca:true");
            try {
                var store = store();
                var key = store.getKey("mykey", PASSWORD.toCharArray());
                writePem("key", "PRIVATE KEY", key.getEncoded());
                writePem("crt", "CERTIFICATE", store.getCertificate("mykey").getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            return List.of(
                    "--tls-port",
                    Integer.toString(port),
                    "--tls-cert-file",
                    folder.resolve("crt").toString(),
                    "--tls-key-file",
                    folder.resolve("key").toString(),
                    "--tls-ca-cert-file",
                    folder.resolve("crt").toString());
        }

        private void keytool(String words) throws IOException, InterruptedException {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(List.of(words.split(" ")));
            command.addAll(List.of("-keystore", file().toString(), "-storepass", PASSWORD));
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool made no certificate");
            }
        }

        private Path file() {
            return folder.resolve("store.p12");
        }

        private KeyStore store() throws IOException, GeneralSecurityException {
            return KeyStore.getInstance(file().toFile(), PASSWORD.toCharArray());
        }

        private void writePem(String name, String what, byte[] content) throws IOException {
            var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
            Files.writeString(
                    folder.resolve(name),
                    "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, lines));
        }

        private Socket connect(int port) throws IOException, InterruptedException {
            try {
                var keys = KeyManagerFactory.getInstance("PKIX");
                keys.init(store(), PASSWORD.toCharArray());
                var trust = TrustManagerFactory.getInstance("PKIX");
                trust.init(store());
                var context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
                var plain = Client.connect(port);
                return context.getSocketFactory().createSocket(plain, "localhost", port, true);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static int unusedPort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
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
