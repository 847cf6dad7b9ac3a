package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A master whose data we cannot hold: we say so, keep what we have, and try again. */
@Interop
class RefusedSyncIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;
    private final List<Daemon> daemons = new ArrayList<>();

    @AfterEach
    void endAll() {
        daemons.reversed().forEach(Daemon::close);
    }

    private Daemon start(Product product) {
        Daemon daemon =
                Daemon.server(
                        product,
                        folder,
                        Ports.free(),
                        List.of("save \"\"", "repl-diskless-sync-delay 0"));
        daemons.add(daemon);
        return daemon.start().awaitPong();
    }

    private static String say(Daemon daemon, String... words) {
        return Client.ask(daemon.address(), c -> c.text(words)).orElse("(no answer)");
    }

    private static void follow(Daemon follower, Daemon leader) {
        Address address = leader.address();
        assertEquals("OK", say(follower, "REPLICAOF", address.host(), "" + address.port()));
    }

    private static boolean isUp(Daemon replica) {
        return say(replica, "INFO", "replication").contains("master_link_status:up");
    }

    @Test
    void aSyncWithAnotherTypeIsRefusedAndTheOldDataStays() {
        Daemon master = start(Product.REDIS);
        Daemon replica = start(Product.VEDETTE);
        say(replica, "SET", "old", "data");
        say(master, "SET", "a", "1");
        say(master, "RPUSH", "my list", "x");
        follow(replica, master);
        Await.until(
                "the refusal in the log",
                PATIENCE,
                () -> replica.stdout().contains("key 'my list' in database 0 is a list"));
        assertEquals("data", say(replica, "GET", "old"));
        assertEquals("1", say(replica, "DBSIZE"));
        assertTrue(!isUp(replica));

        // Once the master has nothing else any more, the next try succeeds.
        say(master, "DEL", "my list");
        Await.until("the sync", PATIENCE, () -> isUp(replica));
        assertEquals("(nil)", say(replica, "GET", "old"));
        assertEquals("1", say(replica, "GET", "a"));
    }

    @Test
    void aCommandThatWeDoNotHaveEndsTheLinkInsteadOfBeingPassedOver() {
        Daemon master = start(Product.REDIS);
        Daemon replica = start(Product.VEDETTE);
        follow(replica, master);
        Await.until("the sync", PATIENCE, () -> isUp(replica));
        say(master, "SET", "a", "1");
        say(master, "RPUSH", "list", "x");
        Await.until(
                "the refusal in the log",
                PATIENCE,
                () ->
                        replica.stdout().contains("command 'RPUSH' is not one that this server has")
                                && replica.stdout().contains("key 'list' in database 0 is a list"));
        assertEquals("1", say(replica, "GET", "a"));
        assertTrue(!isUp(replica));
    }
}
