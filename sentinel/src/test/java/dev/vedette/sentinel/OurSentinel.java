package dev.vedette.sentinel;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.sentinel.conf.SentinelConf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A whole sentinel of ours in this process, started from a conf file. */
final class OurSentinel implements AutoCloseable {
    /** A conf line of a master that nobody has seen: on port 1 of the loopback nobody listens. */
    static final String MONITOR = "sentinel monitor m 127.0.0.1 1 2\n";

    private final Path conf;
    private final Address address;
    private final SentinelProcess process;
    private final CompletableFuture<Integer> exit;

    private OurSentinel(
            Path conf, Address address, SentinelProcess process, CompletableFuture<Integer> exit) {
        this.conf = conf;
        this.address = address;
        this.process = process;
        this.exit = exit;
    }

    /** Writes a conf with these lines and starts from it. */
    static OurSentinel start(Path folder, String lines) throws IOException, ConfException {
        return start(folder, NameResolver.SYSTEM, lines);
    }

    /** The same with names from elsewhere. */
    static OurSentinel start(Path folder, NameResolver names, String lines)
            throws IOException, ConfException {
        var address = RealRedis.freeAddress();
        Files.createDirectories(folder);
        var conf = folder.resolve("sentinel.conf");
        Files.writeString(
                conf,
                "port %d\nbind %s\ndir %s\n%s\n"
                        .formatted(address.port(), address.host(), folder, lines));
        return restart(conf, names, address);
    }

    /** Starts from a conf as it is. */
    static OurSentinel restart(Path conf, Address address) throws IOException, ConfException {
        return restart(conf, NameResolver.SYSTEM, address);
    }

    /** The same with names from elsewhere. */
    static OurSentinel restart(Path conf, NameResolver names, Address address)
            throws IOException, ConfException {
        var loaded =
                SentinelConf.load(
                        CommandLine.parse(List.of(conf.toString())),
                        InputStream.nullInputStream(),
                        WorkingDirectory.ofProcess());
        var exit = new CompletableFuture<Integer>();
        try {
            return new OurSentinel(
                    conf, address, SentinelProcess.start(loaded, names, exit::complete), exit);
        } catch (StartRefused refused) {
            throw new IOException(refused.hint(), refused);
        }
    }

    Path conf() {
        return conf;
    }

    String confText() throws IOException {
        return Files.readString(conf);
    }

    Address address() {
        return address;
    }

    RespClient connect() throws IOException {
        return RespClient.connect(address, Duration.ofSeconds(5));
    }

    RespValue call(String... words) throws IOException {
        try (var client = connect()) {
            return client.call(words);
        }
    }

    /** Field by field. */
    Map<String, String> master(String name) throws IOException {
        return Replies.fields(call("SENTINEL", "MASTER", name));
    }

    List<Map<String, String>> replicas(String name) throws IOException {
        return call("SENTINEL", "REPLICAS", name).asList().stream().map(Replies::fields).toList();
    }

    /** Up, and in sync by its own INFO: it can be promoted. */
    static boolean isReadyReplica(Map<String, String> replica) {
        return "slave".equals(replica.get("flags"))
                && "ok".equals(replica.get("master-link-status"));
    }

    /** In order, as TERM would; returns the exit code. */
    int stop() {
        process.stop();
        return exit.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Of a process that ends by itself. */
    int exitCode() {
        return exit.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        stop();
    }
}
