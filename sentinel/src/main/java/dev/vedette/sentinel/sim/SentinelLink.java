package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.LinkSpec;
import dev.vedette.sentinel.core.Request;

import java.util.ArrayDeque;
import java.util.Optional;

/** A link that a sentinel of ours opened: requests on it are answered in order. */
final class SentinelLink implements Side.End {
    private final SentinelMachine sentinel;
    final LinkId id;
    private final LinkSpec.Kind kind;
    private final ArrayDeque<Asked> pending = new ArrayDeque<>();
    Optional<Side> side = Optional.empty();

    /** What it tells when it is opened, if its target was given by name. */
    Optional<Input> reached = Optional.empty();

    /** The core reads it no more, though the order to close it may wait for the disk. */
    private boolean givenUp;

    SentinelLink(SentinelMachine sentinel, LinkId id, LinkSpec.Kind kind) {
        this.sentinel = sentinel;
        this.id = id;
        this.kind = kind;
    }

    /** A request that is not answered yet. */
    private record Asked(Request request, long at) {}

    void asked(Request request) {
        pending.add(new Asked(request, sentinel.world.queue.now()));
    }

    void giveUp() {
        givenUp = true;
    }

    @Override
    public void opened() {
        if (kind == LinkSpec.Kind.PUBSUB) {
            side.ifPresent(s -> s.send(new Wire.Subscribe()));
        }
        reached.ifPresent(sentinel::input);
        sentinel.input(new Input.LinkOpened(id, sentinel.at().host()));
    }

    @Override
    public void closed(Cause cause) {
        sentinel.links.lost(id, cause);
    }

    @Override
    public void received(Wire message) {
        if (message instanceof Wire.Message(var payload)) {
            sentinel.world.invariants.helloHeard(sentinel, payload);
            sentinel.input(new Input.HelloHeard(Optional.of(id), payload));
            return;
        }
        var asked = pending.remove();
        var request = asked.request();
        side.filter(_ -> !givenUp)
                .ifPresent(
                        s ->
                                sentinel.world.invariants.answered(
                                        sentinel, s.other().owner, request, asked.at(), message));
        switch (message) {
            case Wire.Pinged(var reply) -> sentinel.input(new Input.PingAnswered(id, reply));
            case Wire.Informed(var info) ->
                    sentinel.input(new Input.InfoAnswered(id, Optional.of(info)));
            case Wire.Published(var accepted) ->
                    sentinel.input(new Input.HelloPublished(id, accepted));
            case Wire.Described(var report) ->
                    sentinel.input(new Input.MasterDescribed(id, masterAskedOf(request), report));
            case Wire.Votes(var votes) ->
                    sentinel.input(new Input.VotesShown(id, masterAskedOf(request), votes));
            case Wire.Transacted(var error, var discardedBy) ->
                    sentinel.input(new Input.ReplicaOfAnswered(id, error, discardedBy));
            case Wire.ScriptKilled() -> {}
            case Wire.MasterDown(var down, var leader, var epoch) ->
                    sentinel.input(
                            new Input.MasterDownAnswered(
                                    id, masterAskedOf(request), down, leader, epoch));
            default -> throw new IllegalStateException(sentinel + " cannot take " + message);
        }
    }

    private String masterAskedOf(Request request) {
        return switch (request) {
            case Request.AskMasterDown ask -> ask.masterName();
            case Request.AskMaster(var name) -> name;
            case Request.AskVotes(var name) -> name;
            default -> throw new IllegalStateException("an answer to another question: " + request);
        };
    }
}
