package dev.vedette.sentinel.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.ErrorReply;
import dev.vedette.protocol.resp.RespValue.IntegerReply;
import dev.vedette.protocol.resp.RespValue.SimpleString;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.PingReply;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.SentinelId;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RepliesTest {
    private static final LinkId LINK = new LinkId(7);
    private static final SentinelId PEER = new SentinelId("b".repeat(SentinelId.CHARS));
    private static final SimpleString OK = new SimpleString("OK");
    private static final SimpleString QUEUED = new SimpleString("QUEUED");

    @Test
    void aPingIsValidWhenTheInstanceWorksLoadsOrLacksItsMaster() {
        assertEquals(PingReply.VALID, Replies.ping(new SimpleString("PONG")));
        assertEquals(
                PingReply.MASTERDOWN,
                Replies.ping(new ErrorReply("MASTERDOWN Link with MASTER is down")));
        assertEquals(PingReply.LOADING, Replies.ping(new ErrorReply("LOADING Redis is loading")));
        assertEquals(PingReply.BUSY, Replies.ping(new ErrorReply("BUSY Redis is busy")));
    }

    @Test
    void anyOtherAnswerToAPingIsALiveButNotAnAvailableInstance() {
        assertEquals(
                PingReply.OTHER, Replies.ping(new ErrorReply("NOAUTH Authentication required.")));
        assertEquals(PingReply.OTHER, Replies.ping(new ErrorReply("MISCONF no disk")));
        assertEquals(PingReply.OTHER, Replies.ping(new IntegerReply(1)));
        assertEquals(PingReply.OTHER, Replies.ping(new BulkString("PONG")));
    }

    @Test
    void aTransactionThatIsDiscardedNamesTheCommandBesideSlaveof() {
        var abort = new ErrorReply("EXECABORT Transaction discarded because of previous errors.");
        var refusal = new ErrorReply("NOPERM no permissions");
        assertEquals(
                Optional.of(new Input.Discarded("CONFIG", "NOPERM no permissions")),
                Replies.discardedBy(List.of(OK, QUEUED, refusal, QUEUED, QUEUED), abort));
        assertEquals(
                Optional.of(new Input.Discarded("CLIENT", "NOPERM no permissions")),
                Replies.discardedBy(List.of(OK, QUEUED, QUEUED, refusal, refusal), abort));
        assertEquals(
                Optional.empty(),
                Replies.discardedBy(List.of(OK, refusal, refusal, QUEUED, QUEUED), abort));
        assertEquals(
                Optional.empty(),
                Replies.discardedBy(
                        List.of(refusal, OK, OK, OK, OK),
                        new ErrorReply("ERR EXEC without MULTI")));
    }

    private static RespValue words(String... words) {
        return new Array(
                Arrays.stream(words).<RespValue>map(BulkString::new).toArray(RespValue[]::new));
    }

    @Test
    void aPeerTellsHowFarItsFailoverIs() {
        var at = new Address("10.0.0.1", 6379);
        assertEquals(
                new Input.MasterDescribed(
                        LINK,
                        "m",
                        Optional.of(new MasterReport(at, 7, FailoverPhase.WAIT_PROMOTION))),
                Replies.masterDescribed(
                        LINK,
                        "m",
                        words(
                                "name",
                                "m",
                                "ip",
                                "10.0.0.1",
                                "port",
                                "6379",
                                "failover-state",
                                "wait_promotion",
                                "config-epoch",
                                "7")));
        assertEquals(
                new Input.MasterDescribed(
                        LINK,
                        "m",
                        Optional.of(new MasterReport(at, 7, FailoverPhase.RECONF_SLAVES))),
                Replies.masterDescribed(
                        LINK,
                        "m",
                        words(
                                "ip",
                                "10.0.0.1",
                                "port",
                                "6379",
                                "failover-state",
                                "reconf_slaves",
                                "config-epoch",
                                "7")));
        assertEquals(
                new Input.MasterDescribed(LINK, "m", Optional.empty()),
                Replies.masterDescribed(
                        LINK, "m", new ErrorReply("ERR No such master with that name")));
    }

    @Test
    void aPeerAnswersWithItsViewAndItsVote() {
        assertEquals(
                new Input.MasterDownAnswered(LINK, "m", true, Optional.of(PEER), 4),
                Replies.masterDown(
                        LINK,
                        "m",
                        new Array(
                                new IntegerReply(1),
                                new BulkString(PEER.text()),
                                new IntegerReply(4))));
        assertEquals(
                new Input.MasterDownAnswered(LINK, "m", false, Optional.empty(), 0),
                Replies.masterDown(
                        LINK,
                        "m",
                        new Array(new IntegerReply(0), new BulkString("*"), new IntegerReply(0))));
    }

    @Test
    void whatIsNotAnAnswerToAQuestionIsARefusal() {
        assertEquals(
                new Input.MasterDownRefused(LINK, "m", "NOAUTH no"),
                Replies.masterDown(LINK, "m", new ErrorReply("NOAUTH no")));
        var strange = Replies.masterDown(LINK, "m", new Array(new IntegerReply(1)));
        assertEquals(Input.MasterDownRefused.class, strange.getClass());
    }

    @Test
    void aTransactionCountsWhenItsSlaveofWasCarriedOut() {
        var noConfFile = new ErrorReply("ERR The server is running without a config file");
        var exec = new Array(OK, noConfFile, new IntegerReply(0), new IntegerReply(1));
        assertEquals(Optional.empty(), Replies.replicaOf(List.of(OK, QUEUED), exec));

        var refused =
                new Array(
                        new ErrorReply("ERR not here"),
                        OK,
                        new IntegerReply(0),
                        new IntegerReply(0));
        assertEquals(Optional.of("ERR not here"), Replies.replicaOf(List.of(OK), refused));
    }

    @Test
    void aTransactionRefusedAsAWholeNamesTheCommandToBlame() {
        var unknown = new ErrorReply("ERR unknown command 'CONFIG'");
        var aborted = new ErrorReply("EXECABORT Transaction discarded because of previous errors.");
        assertEquals(
                Optional.of(aborted.line() + " (ERR unknown command 'CONFIG')"),
                Replies.replicaOf(List.of(OK, QUEUED, unknown, QUEUED), aborted));
        assertEquals(
                Optional.of("EXEC answered " + new RespValue.Null()),
                Replies.replicaOf(List.of(), new RespValue.Null()));
    }

    @Test
    void theVotesThatAPeerShowsAreThoseOfWellFormedIdsWithAnEpoch() {
        var id = "a".repeat(40);
        var reply =
                new Array(
                        List.of(
                                words("runid", id, "voted-leader", "?", "voted-leader-epoch", "7"),
                                words("runid", "b".repeat(40), "voted-leader-epoch", "0"),
                                words("runid", "short", "voted-leader-epoch", "9"),
                                words("flags", "sentinel")));
        assertEquals(Map.of(new SentinelId(id), 7L), Replies.votes(reply));
        assertEquals(Map.of(), Replies.votes(new ErrorReply("NOPERM no")));
    }
}
