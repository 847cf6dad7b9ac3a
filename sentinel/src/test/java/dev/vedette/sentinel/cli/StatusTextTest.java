package dev.vedette.sentinel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class StatusTextTest {
    private static final Address SENTINEL = new Address("127.0.0.1", 26379);
    private static final SentinelView.Quorum REACHED =
            new SentinelView.Quorum(true, "2 usable Sentinels.");

    @Test
    void drawsMastersReplicasAndOtherSentinels() {
        assertEquals(
                """
                sentinel 127.0.0.1:26379  id abc

                MASTER    ADDRESS         STATE  REPLICAS  SENTINELS  EPOCH  QUORUM
                mymaster  127.0.0.1:6379  up            1          2      7  2, reached

                mymaster: replicas
                  ADDRESS         STATE  LINK  FOLLOWS         OFFSET  PRIORITY  FLAGS
                  127.0.0.1:6380  up     up    127.0.0.1:6379      42       100  slave

                mymaster: other sentinels
                  ADDRESS          STATE              ID   VOTED FOR       HELLO MS AGO  FLAGS
                  127.0.0.1:26380  subjectively down  def  abc in epoch 7           530  s_down\
                """,
                String.join("\n", StatusText.lines(view("master", REACHED))));
    }

    @Test
    void aMasterThatIsDownOrWithoutQuorumIsNotHealthy() {
        assertTrue(view("master", REACHED).isHealthy());
        assertFalse(view("master,s_down", REACHED).isHealthy());
        assertFalse(
                view("master", new SentinelView.Quorum(false, "1 usable Sentinels.")).isHealthy());
    }

    @Test
    void theJsonHasNumbersAsNumbersAndEveryFieldOfTheSentinel() throws JsonProcessingException {
        var json = new ObjectMapper().readTree(StatusJson.of(view("master", REACHED)));
        var master = json.path("masters").path(0);
        assertEquals(6379, master.path("port").intValue());
        assertEquals(7, master.path("config_epoch").intValue());
        assertTrue(master.path("quorum").path("reached").booleanValue());
        assertEquals(42, master.path("replicas").path(0).path("offset").intValue());
        assertEquals("ok", master.at("/replicas/0/fields/master-link-status").textValue());
        assertEquals("subjectively down", master.at("/other_sentinels/0/state").textValue());
    }

    private static SentinelView view(String flags, SentinelView.Quorum quorum) {
        var master =
                new Fields(
                        Map.of(
                                "name", "mymaster",
                                "ip", "127.0.0.1",
                                "port", "6379",
                                "flags", flags,
                                "num-slaves", "1",
                                "num-other-sentinels", "1",
                                "quorum", "2",
                                "config-epoch", "7"));
        var replica =
                new Fields(
                        Map.of(
                                "ip", "127.0.0.1",
                                "port", "6380",
                                "flags", "slave",
                                "master-link-status", "ok",
                                "master-host", "127.0.0.1",
                                "master-port", "6379",
                                "slave-repl-offset", "42",
                                "slave-priority", "100"));
        var peer =
                new Fields(
                        Map.of(
                                "ip", "127.0.0.1",
                                "port", "26380",
                                "flags", "s_down",
                                "runid", "def",
                                "voted-leader", "abc",
                                "voted-leader-epoch", "7",
                                "last-hello-message", "530"));
        return new SentinelView(
                SENTINEL,
                "abc",
                List.of(new SentinelView.Master(master, List.of(replica), List.of(peer), quorum)));
    }
}
