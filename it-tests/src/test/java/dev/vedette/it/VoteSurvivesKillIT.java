package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** A sentinel is killed as soon as its vote can be heard. */
class VoteSurvivesKillIT {
    private static final int ROUNDS = Rounds.orInCi(3);
    private static final String FIRST = "a".repeat(40);
    private static final String SECOND = "b".repeat(40);

    @Test
    void theVoteIsOnDiskBeforeItIsSpokenAndIsNotGivenAgain(@TempDir Path folder) {
        Address master = new Address("127.0.0.1", 1);
        try (var sentinel =
                Daemon.sentinel(
                        Product.VEDETTE,
                        folder,
                        Ports.free(),
                        List.of("sentinel monitor mymaster 127.0.0.1 1 2"))) {
            for (int round = 1; round <= ROUNDS; round++) {
                int epoch = 10 * round;
                sentinel.start().awaitPong();
                try (var candidate = sentinel.connect()) {
                    assertEquals(FIRST + " " + epoch, vote(candidate, master, epoch, FIRST));
                    sentinel.kill();
                }
                String conf = sentinel.confText();
                assertTrue(conf.contains("\nsentinel leader-epoch mymaster " + epoch + "\n"), conf);
                assertTrue(conf.contains("\nsentinel current-epoch " + epoch + "\n"), conf);

                sentinel.start().awaitPong();
                try (var candidate = sentinel.connect()) {
                    assertNotEquals(SECOND + " " + epoch, vote(candidate, master, epoch, SECOND));
                    // In the next epoch it is free again.
                    int next = epoch + 1;
                    assertEquals(SECOND + " " + next, vote(candidate, master, next, SECOND));
                    sentinel.kill();
                }
                assertTrue(
                        sentinel.confText()
                                .contains("\nsentinel leader-epoch mymaster " + (epoch + 1) + "\n"),
                        sentinel::confText);
            }
        }
    }

    /** For whom it votes, and in which epoch. */
    private static String vote(Client candidate, Address master, int epoch, String id) {
        String answer =
                candidate.text(
                        "SENTINEL",
                        "is-master-down-by-addr",
                        master.host(),
                        Integer.toString(master.port()),
                        Integer.toString(epoch),
                        id);
        return answer.substring(answer.indexOf(' ') + 1);
    }
}
