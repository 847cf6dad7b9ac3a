package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class EffectGateTest {
    private static final LinkId LINK = new LinkId(1);
    private static final LinkId OTHER = new LinkId(2);
    private static final Effect EVENT =
            new Effect.Publish(new Event(Event.Level.WARNING, "+new-epoch", "7", Optional.empty()));
    private static final Effect PING = new Effect.Send(LINK, new Request.Ping());
    private static final Effect INFO = new Effect.Send(LINK, new Request.Info());
    private static final Effect PROMOTE =
            new Effect.Send(LINK, new Request.ReplicaOf(Optional.empty()));
    private static final Effect ANSWER = new Effect.Reply(new ClientToken(1), new Answer.Ok());
    private static final Effect OPEN =
            new Effect.OpenLink(
                    OTHER,
                    new LinkSpec(
                            new Address("127.0.0.1", 6379),
                            false,
                            LinkSpec.Kind.COMMAND,
                            Optional.empty(),
                            "sentinel-12345678-cmd",
                            Map.of()));

    private final List<Effect> performed = new ArrayList<>();
    private final EffectGate gate = new EffectGate(performed::add);

    private static Effect persist(long sequence) {
        return new Effect.Persist(sequence);
    }

    @Test
    void withoutAPersistEffectsArePerformedAtOnceAndInOrder() {
        gate.admit(List.of(EVENT, PING, ANSWER));
        assertEquals(List.of(EVENT, PING, ANSWER), performed);
    }

    @Test
    void whatStandsBehindAPersistWaitsForTheDisk() {
        gate.admit(List.of(EVENT, persist(1), ANSWER, PROMOTE));
        assertEquals(List.of(EVENT, persist(1)), performed);

        gate.persisted(1);
        assertEquals(List.of(EVENT, persist(1), ANSWER, PROMOTE), performed);
        assertTrue(gate.isEmpty());
    }

    @Test
    void laterStepsQueueBehindEarlierOnes() {
        gate.admit(List.of(persist(1), ANSWER));
        gate.admit(List.of(EVENT));
        assertEquals(List.of(persist(1)), performed);

        gate.persisted(1);
        assertEquals(List.of(persist(1), ANSWER, EVENT), performed);
    }

    @Test
    void pingsInfoAndConnectingGoOnWhileTheDiskIsSlow() {
        gate.admit(List.of(persist(1), ANSWER, PING, INFO, OPEN));
        assertEquals(List.of(persist(1), PING, INFO, OPEN), performed);
    }

    @Test
    void anInfoThatShallProveAPromotionDoesNotOvertakeIt() {
        gate.admit(List.of(persist(1), PROMOTE, INFO, PING));
        assertEquals(List.of(persist(1), PING), performed);

        gate.persisted(1);
        assertEquals(List.of(persist(1), PING, PROMOTE, INFO), performed);
    }

    @Test
    void oneWriteServesEveryEarlierPersist() {
        gate.admit(List.of(persist(1), ANSWER));
        gate.admit(List.of(persist(2), EVENT));
        gate.admit(List.of(persist(3), PROMOTE));

        gate.persisted(2);
        assertEquals(List.of(persist(1), persist(2), persist(3), ANSWER, EVENT), performed);

        gate.persisted(3);
        assertEquals(PROMOTE, performed.getLast());
    }
}
