package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** No daemon listens in plain text: every link is TLS, with certificates on both ends. */
@Interop
class TlsFailoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void ourSentinelsWithARealPeerFailOverRealServersThroughTls() throws IOException {
        aKilledMasterIsReplaced(
                Topology.of(Product.REDIS, Product.VEDETTE)
                        .replicas(1)
                        .sentinels(Product.VEDETTE, Product.VEDETTE, Product.REDIS)
                        .tls());
    }

    /** By file, because TLS has no use for what the kernel can do with one. */
    @Test
    void aRealSentinelFailsOverOurServersThroughTls() throws IOException {
        aKilledMasterIsReplaced(
                Topology.of(Product.VEDETTE, Product.REDIS)
                        .replicas(1)
                        .sentinels(Product.REDIS)
                        .serverLines("repl-diskless-sync no")
                        .tls());
    }

    private static void aKilledMasterIsReplaced(Topology.Builder builder) throws IOException {
        try (var topology = builder.start()) {
            var old = topology.master();
            var big = "x".repeat(3_000_000);
            try (var client = old.connect()) {
                assertEquals("OK", client.text("SET", "big", big));
                assertEquals("1", client.text("WAIT", "1", "5000").substring(0, 1));
            }
            old.kill();
            var promoted = topology.awaitFailoverFrom(old);
            try (var client = promoted.connect()) {
                assertEquals(big.length(), client.text("GET", "big").length());
                assertEquals("OK", client.text("SET", "after", "1"));
            }
            // What comes back needs everything anew, through TLS and in the role of a replica.
            old.start();
            topology.await("the old master's data", PATIENCE, () -> lacking(old));
        }
    }

    private static Optional<String> lacking(Daemon old) {
        var value = Client.ask(old.address(), client -> client.text("GET", "after"));
        return value.equals(Optional.of("1"))
                ? Optional.empty()
                : Optional.of("it has " + List.of(value));
    }
}
