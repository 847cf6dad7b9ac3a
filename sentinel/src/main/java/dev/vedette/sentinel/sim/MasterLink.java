package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Input.LinkClosed.Cause;

import java.util.Optional;

/** One life of a data node as a replica of one master: from SLAVEOF to the next SLAVEOF. */
final class MasterLink implements Side.End {
    enum Phase {
        DISCONNECTED,
        CONNECTING,
        HANDSHAKE,
        LOADING,
        STREAMING
    }

    private final DataNode node;
    private Phase phase = Phase.DISCONNECTED;
    private Optional<Side> side = Optional.empty();
    private long heardAt;

    MasterLink(DataNode node) {
        this.node = node;
    }

    Phase phase() {
        return phase;
    }

    boolean isStreaming() {
        return phase == Phase.STREAMING;
    }

    /**
     * Silence is measured by the clock of the wall, so it will not count before that has caught up.
     * A replica that streams is not meant: it acknowledges each second, and is told when nobody is
     * there.
     */
    boolean waitsForItsClock() {
        return phase == Phase.HANDSHAKE && heardAt > node.wall();
    }

    void connect() {
        phase = Phase.CONNECTING;
        heardAt = node.wall();
        side = node.connectToMaster(this);
        if (side.isEmpty()) {
            phase = Phase.DISCONNECTED;
        }
    }

    void abandon() {
        phase = Phase.DISCONNECTED;
        side.ifPresent(Side::close);
        side = Optional.empty();
    }

    private boolean isCurrent() {
        return node.link().equals(this) && !node.isMaster();
    }

    void everySecond() {
        if (!isCurrent() || node.isLoading()) {
            return;
        }
        if (phase == Phase.DISCONNECTED) {
            connect();
        } else if (node.wall() - heardAt > DataNode.REPLICATION_TIMEOUT) {
            lost();
        } else if (phase == Phase.STREAMING) {
            send(new Wire.Acknowledge(node.offset()));
        }
    }

    private void lost() {
        if (phase == Phase.STREAMING) {
            node.linkLost();
        }
        abandon();
    }

    private void send(Wire message) {
        side.ifPresent(s -> s.send(message));
    }

    @Override
    public void opened() {
        phase = Phase.HANDSHAKE;
        heardAt = node.wall();
        send(node.synchronize());
    }

    @Override
    public void closed(Cause cause) {
        lost();
    }

    @Override
    public void received(Wire message) {
        if (!isCurrent()) {
            return;
        }
        heardAt = node.wall();
        switch (message) {
            case Wire.NotNow() -> lost();
            case Wire.Continue go -> {
                node.goesOn(go);
                streams("partial");
            }
            case Wire.Snapshot snapshot -> load(snapshot);
            case Wire.Stream piece -> {
                if (phase == Phase.STREAMING) {
                    node.apply(piece);
                } else {
                    // What arrives while we load waits in the socket: the link is ours alone.
                    node.timer(node.loadingLeft(), () -> applyLate(piece));
                }
            }
            default -> throw new IllegalStateException(node + " cannot take " + message);
        }
    }

    private void load(Wire.Snapshot snapshot) {
        phase = Phase.LOADING;
        node.loads(snapshot);
        node.timer(
                snapshot.loadMicros(),
                () -> {
                    if (isCurrent() && phase == Phase.LOADING) {
                        streams("full");
                        node.save();
                    }
                });
    }

    private void streams(String how) {
        phase = Phase.STREAMING;
        node.inSync(how);
    }

    private void applyLate(Wire.Stream piece) {
        if (isCurrent() && phase == Phase.STREAMING) {
            node.apply(piece);
        }
    }
}
