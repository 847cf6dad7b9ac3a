package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The master dies while a client writes; which daemons are whose makes no difference. */
class FailoverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SOME_WRITES = 50;

    @Test
    void oursWithOurs() throws IOException {
        aKilledMasterIsReplacedAndComesBackAsAReplica(Product.VEDETTE, Product.VEDETTE);
    }

    @Test
    @Interop
    void ourSentinelsWithRedisServers() throws IOException {
        aKilledMasterIsReplacedAndComesBackAsAReplica(Product.REDIS, Product.VEDETTE);
    }

    @Test
    @Interop
    void redisSentinelsWithOurServers() throws IOException {
        aKilledMasterIsReplacedAndComesBackAsAReplica(Product.VEDETTE, Product.REDIS);
    }

    private static void aKilledMasterIsReplacedAndComesBackAsAReplica(
            Product servers, Product sentinels) throws IOException {
        try (var topology = Topology.of(servers, sentinels).start();
                var writer = new Writer(topology)) {
            Daemon old = topology.master();
            topology.await("writes", PATIENCE, () -> tooFewWrites(writer, old));

            old.kill();
            Daemon promoted = topology.awaitFailoverFrom(old);
            topology.await(
                    "writes after the switch", PATIENCE, () -> tooFewWrites(writer, promoted));

            old.start();
            topology.awaitHealthy();
            assertEquals(promoted.name(), topology.master().name(), topology::view);

            writer.stop();
            assertEquals(List.of(), missingAt(promoted, writer.acknowledgedBy(promoted)));
            // The returned one has what the new master acknowledged, too.
            topology.await("the old master's data", PATIENCE, () -> lacking(old, promoted, writer));
            try (var client = old.connect()) {
                assertTrue(client.text("SET", "x", "1").startsWith("-READONLY"));
            }
        }
    }

    private static Optional<String> tooFewWrites(Writer writer, Daemon server) {
        long count = writer.countAt(server);
        return count >= SOME_WRITES ? Optional.empty() : Optional.of(count + " acknowledged");
    }

    private static Optional<String> lacking(Daemon replica, Daemon master, Writer writer) {
        var missing = missingAt(replica, writer.acknowledgedBy(master));
        return missing.isEmpty() ? Optional.empty() : Optional.of("missing: " + missing);
    }

    private static List<Writer.Acknowledged> missingAt(
            Daemon server, List<Writer.Acknowledged> writes) {
        try (var client = server.connect()) {
            return writes.stream()
                    .filter(w -> !client.text("GET", w.key()).equals(Long.toString(w.number())))
                    .toList();
        }
    }
}
