package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A peer that connected to the port of one of ours. Answers leave in the order of the questions,
 * also when an earlier answer waits for the disk.
 */
final class PeerSession extends PortSession {
    private final SentinelMachine sentinel;
    private final ArrayDeque<Slot> slots = new ArrayDeque<>();

    PeerSession(SentinelMachine sentinel, Side side) {
        super(side);
        this.sentinel = sentinel;
    }

    private static final class Slot {
        private Optional<Wire> answer = Optional.empty();
        private Runnable spoken = () -> {};
    }

    @Override
    void heard(Hello hello) {
        sentinel.world.invariants.helloHeard(sentinel, hello.encode());
        sentinel.input(new Input.HelloHeard(Optional.empty(), hello.encode()));
    }

    @Override
    void answer(Wire wire) {
        var slot = new Slot();
        slot.answer = Optional.of(wire);
        slots.add(slot);
        flush();
    }

    @Override
    Optional<MasterReport> described(String master) {
        return sentinel.view(master)
                .map(
                        view ->
                                new MasterReport(
                                        view.instance().address(),
                                        view.configEpoch(),
                                        view.failover()));
    }

    @Override
    Map<SentinelId, Long> votesShown(String master) {
        var votes = new HashMap<SentinelId, Long>();
        sentinel.view(master)
                .ifPresent(
                        view ->
                                view.sentinels()
                                        .forEach(
                                                peer ->
                                                        votes.put(
                                                                new SentinelId(
                                                                        peer.instance().name()),
                                                                peer.votedLeaderEpoch())));
        return votes;
    }

    @Override
    void judge(Request.AskMasterDown ask) {
        var slot = new Slot();
        slots.add(slot);
        var token =
                sentinel.question(
                        answer -> {
                            if (!(answer
                                    instanceof
                                    Answer.MasterDown(var down, var leader, var epoch))) {
                                throw new IllegalStateException("no answer: " + answer);
                            }
                            slot.answer = Optional.of(new Wire.MasterDown(down, leader, epoch));
                            slot.spoken =
                                    () -> {
                                        if (ask.candidate().isPresent()) {
                                            sentinel.world.tell(
                                                    sentinel,
                                                    "answers",
                                                    side.other().owner
                                                            + ": leader "
                                                            + leader.map(SentinelId::text)
                                                                    .orElse("*")
                                                            + " in epoch "
                                                            + epoch);
                                        }
                                        sentinel.world.invariants.answering(
                                                sentinel, ask, leader, epoch);
                                    };
                            flush();
                        });
        sentinel.input(
                new Input.MasterDownAsked(token, ask.master(), ask.epoch(), ask.candidate()));
    }

    private void flush() {
        while (!slots.isEmpty() && slots.peek().answer.isPresent()) {
            var slot = slots.remove();
            if (!side.isClosed()) {
                slot.spoken.run();
                slot.answer.ifPresent(side::send);
            }
        }
    }
}
