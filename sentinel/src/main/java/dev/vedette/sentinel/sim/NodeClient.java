package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.Input.PingReply;
import dev.vedette.sentinel.core.Request;

import java.util.ArrayDeque;
import java.util.Optional;

/** One who connected to a data node: a sentinel, or a replica. */
final class NodeClient implements Side.End {
    private final DataNode node;
    private final Side side;
    private boolean subscribed;

    /** The address that a replica announces. */
    private Optional<Address> follows = Optional.empty();

    private boolean streaming;
    private long heardAt;

    /** What came behind a PUBLISH that waits for the end of CLIENT PAUSE. */
    private final ArrayDeque<Wire> waiting = new ArrayDeque<>();

    NodeClient(DataNode node, Side side) {
        this.node = node;
        this.side = side;
        this.heardAt = node.wall();
    }

    Optional<Address> follows() {
        return follows;
    }

    boolean isReplica() {
        return follows.isPresent();
    }

    @Override
    public void opened() {}

    @Override
    public void closed(Cause cause) {
        node.clients.remove(this);
    }

    void drop() {
        side.close();
        node.clients.remove(this);
    }

    @Override
    public void received(Wire message) {
        heardAt = node.wall();
        if (!waiting.isEmpty() || node.holdsUp(message)) {
            waiting.add(message);
        } else {
            take(message);
        }
    }

    /** CLIENT PAUSE is over. */
    void unpaused() {
        while (!waiting.isEmpty() && !side.isClosed()) {
            take(waiting.remove());
        }
        waiting.clear();
    }

    private void take(Wire message) {
        switch (message) {
            case Wire.Ask(var request) -> answer(request);
            case Wire.Subscribe() -> subscribed = true;
            case Wire.Synchronize psync -> synchronize(psync);
            case Wire.Acknowledge _ -> {}
            default -> throw new IllegalStateException(node + " cannot take " + message);
        }
    }

    private void answer(Request request) {
        switch (request) {
            case Request.Ping() -> side.send(new Wire.Pinged(pong()));
            case Request.Info() -> side.send(new Wire.Informed(node.info()));
            case Request.PublishHello(var hello) -> {
                node.publish(hello.encode());
                side.send(new Wire.Published(true));
            }
            case Request.ReplicaOf(var newMaster) -> side.send(transaction(newMaster));
            case Request.ReplicaOfAlone(var newMaster) ->
                    side.send(new Wire.Transacted(node.obey(newMaster), Optional.empty()));
            case Request.ScriptKill() -> {
                node.endScript();
                side.send(new Wire.ScriptKilled());
            }
            case Request.AskMasterDown _, Request.AskMaster _, Request.AskVotes _ ->
                    throw new IllegalStateException(node + " is no sentinel: " + request);
        }
    }

    private PingReply pong() {
        if (node.isLoading()) {
            return PingReply.LOADING;
        }
        if (node.isMaster() && node.incapacity == DataNode.Incapacity.SAVING) {
            return PingReply.OTHER;
        }
        return node.runsScript() ? PingReply.BUSY : PingReply.VALID;
    }

    private Wire transaction(Optional<Address> newMaster) {
        if (node.refusesConfig && !node.isLoading()) {
            return new Wire.Transacted(
                    Optional.of(DataNode.DISCARDED),
                    Optional.of(new Input.Discarded("CONFIG", "ERR unknown command 'CONFIG'")));
        }
        return new Wire.Transacted(node.transact(this, newMaster), Optional.empty());
    }

    private void synchronize(Wire.Synchronize psync) {
        if (!node.servesReplicas()) {
            side.send(new Wire.NotNow());
            return;
        }
        follows = Optional.of(psync.replica());
        var stream = node.stream();
        if (stream.canContinue(psync)) {
            streaming = true;
            side.send(new Wire.Continue(stream.id(), stream.offset()));
        } else {
            // The time of fork and transfer; the snapshot is of its end, which spares the
            // buffer of what is written meanwhile.
            node.timer(node.transferTime(), this::sendSnapshot);
        }
    }

    private void sendSnapshot() {
        if (!side.isClosed() && node.clients.contains(this)) {
            streaming = true;
            side.send(
                    new Wire.Snapshot(node.stream().id(), node.stream().offset(), node.loadTime()));
        }
    }

    void pass(Wire.Stream piece) {
        if (streaming) {
            side.send(piece);
        }
    }

    void hear(String hello) {
        if (subscribed) {
            side.send(new Wire.Message(hello));
        }
    }

    void everySecond() {
        if (isReplica() && streaming && node.wall() - heardAt > DataNode.REPLICATION_TIMEOUT) {
            drop();
        }
    }
}
