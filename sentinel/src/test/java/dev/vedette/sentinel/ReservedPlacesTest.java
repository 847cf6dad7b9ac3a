package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.MapReply;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two clients fill a sentinel with {@code maxclients 2}: who comes then? */
@Timeout(60)
class ReservedPlacesTest {
    private static final int RESERVED = 64;
    private static final ErrorReply REFUSAL = new ErrorReply("ERR max number of clients reached");
    private static final String PASSWORD = "secret";

    private OurSentinel sentinel;
    private final List<RespClient> clients = new ArrayList<>();

    @BeforeEach
    void fill(@TempDir Path folder) throws Exception {
        sentinel =
                OurSentinel.start(
                        folder,
                        "sentinel monitor m 127.0.0.1 1 2\nmaxclients 2\nrequirepass secret\n");
        assertEquals("PONG", known().call("PING").asText());
        assertEquals("PONG", known().call("PING").asText());
    }

    @AfterEach
    void close() throws Exception {
        for (RespClient client : clients) {
            client.close();
        }
        sentinel.close();
    }

    private RespClient known() throws IOException {
        var client = sentinel.connect();
        clients.add(client);
        assertEquals("OK", client.call("AUTH", PASSWORD).asText());
        return client;
    }

    private String allThatIsHeard(String said) throws IOException {
        try (var socket = new Socket(sentinel.address().host(), sentinel.address().port())) {
            socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void whoSaysNothingHearsRedissErrorAndIsClosed() throws Exception {
        assertEquals("-ERR max number of clients reached\r\n", allThatIsHeard(""));
    }

    @Test
    void whoseWordsCouldBeAnybodysIsClosedInTime() throws Exception {
        String heard = allThatIsHeard("AUTH secret\r\nAUTH secret\r\nCOMMAND COUNT\r\n");
        assertTrue(heard.startsWith("+OK\r\n+OK\r\n:"), heard);
        assertTrue(heard.endsWith("\r\n-ERR max number of clients reached\r\n"), heard);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING",
                "ROLE",
                "CLIENT SETNAME app",
                "CLIENT SETINFO LIB-NAME app",
                "SENTINEL MASTERS",
                "SENTINEL get-master-addr-by-name m",
                "SENTINEL replicas m",
                "SUBSCRIBE +switch-master",
                "CLIENT",
                "NOSUCH"
            })
    void aClientHearsRedissErrorAtItsFirstQuestionAndNothingMore(String question) throws Exception {
        assertEquals(
                "+OK\r\n-ERR max number of clients reached\r\n",
                allThatIsHeard("AUTH secret\r\n" + question + "\r\nPING\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLIENT SETNAME sentinel-0123abcd-cmd",
                "SENTINEL is-master-down-by-addr 127.0.0.1 1 0 *",
                "SENTINEL set m quorum 2",
                "SENTINEL ckquorum m",
                "INFO clients",
                "CLIENT LIST",
                "ACL WHOAMI"
            })
    void aPeerOrAnAdministratorGetsInAndStays(String words) throws Exception {
        RespClient guard = known();
        RespValue reply = guard.call(words.split(" ", -1));
        assertTrue(!reply.equals(REFUSAL), reply::toString);
        assertEquals("PONG", guard.call("PING").asText());
    }

    @Test
    void withoutThePasswordTheErrorIsThatOfThePassword() throws Exception {
        assertEquals(
                "-NOAUTH Authentication required.\r\n-ERR max number of clients reached\r\n",
                allThatIsHeard("INFO\r\n"));
    }

    @Test
    void whoIsGreetedInResp3IsRefusedAtTheNextCommand() throws Exception {
        var client = sentinel.connect();
        clients.add(client);
        assertInstanceOf(MapReply.class, client.call("HELLO", "3", "AUTH", "default", PASSWORD));
        assertEquals(REFUSAL, client.call("SENTINEL", "MASTERS"));
    }

    @Test
    void whenAllReservedPlacesAreTakenEverybodyIsRefusedAtOnce() throws Exception {
        for (int i = 0; i < RESERVED; i++) {
            RespClient guard = known();
            assertEquals("default", guard.call("ACL", "WHOAMI").asText());
        }
        assertEquals("-ERR max number of clients reached\r\n", allThatIsHeard(""));
        RespClient last = clients.getLast();
        assertTrue(last.call("INFO", "clients").asText().contains("connected_clients:66\r\n"));
        assertTrue(last.call("INFO", "stats").asText().contains("rejected_connections:1\r\n"));
    }

    @Test
    void whoFindsAPlaceFreeAgainNeedsToShowNothing() throws Exception {
        RespClient late = known();
        clients.removeFirst().close();
        RespClient one = clients.getFirst();
        while (one.call("INFO", "clients").asText().contains("connected_clients:3\r\n")) {
            Thread.onSpinWait();
        }
        assertEquals("PONG", late.call("PING").asText());
        assertEquals("PONG", late.call("PING").asText());
    }
}
