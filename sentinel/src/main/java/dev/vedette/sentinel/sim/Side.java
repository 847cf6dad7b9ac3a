package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Input.LinkClosed.Cause;

import java.util.ArrayDeque;

/**
 * One end of a TCP connection, and the bytes on their way from it to the other end. Messages arrive
 * in the order in which they were sent or not at all; one that the network loses is sent again
 * after a growing pause and holds up those behind it; a peer that is gone answers with a reset.
 */
final class Side {
    /** Who owns this end hears of it here; nothing is heard after {@link #close()}. */
    interface End {
        void opened();

        void received(Wire message);

        /** The connection ended, or was never made; the last that is heard of it. */
        void closed(Cause cause);
    }

    private sealed interface Packet {
        long due();

        record Data(long due, Wire message) implements Packet {}

        record Fin(long due) implements Packet {}

        record Reset(long due) implements Packet {}
    }

    private static final long FIRST_RETRANSMIT = 200_000;
    private static final long LONGEST_RETRANSMIT = 120_000_000;

    /** Linux's tcp_retries2 of 15. */
    private static final long GIVE_UP = 924_000_000;

    private final Network network;
    final Machine owner;
    private int life;
    private final ArrayDeque<Packet> outgoing = new ArrayDeque<>();
    private Side other;
    private End end;
    private boolean closed;
    private boolean pumping;
    private boolean swallowed;
    private long lastDue;
    private long stalledSince = -1;
    private long pause = FIRST_RETRANSMIT;

    /** One end alone; {@link #towards} makes the connection whole. */
    @SuppressWarnings("this-escape")
    private Side(Network network, Machine owner, End end) {
        this.network = network;
        this.owner = owner;
        this.life = owner.life();
        this.end = end;
        this.other = this;
    }

    /** The end that connects. The other end is nobody's until {@link #accept}. */
    static Side towards(Network network, Machine from, End end, Machine to) {
        var client = new Side(network, from, end);
        client.other = new Side(network, to, new Silent());
        client.other.other = client;
        from.sides.add(client);
        return client;
    }

    /** An end before its process took the connection. */
    private record Silent() implements End {
        @Override
        public void opened() {}

        @Override
        public void received(Wire message) {}

        @Override
        public void closed(Cause cause) {}
    }

    Side other() {
        return other;
    }

    /** The kernel at the other end takes the connection; its process may hear of it later. */
    void accept() {
        var taken = other;
        taken.life = taken.owner.life();
        taken.owner.sides.add(taken);
        taken.owner.deliver(taken.life, () -> taken.end = taken.owner.accepted(taken));
    }

    /** From now on every packet from here is lost, for ever. */
    void swallow() {
        swallowed = true;
    }

    /** It has something to send, and tries again only after a pause longer than that. */
    boolean isStalled(long longerThan) {
        return stalledSince >= 0 && pause > longerThan;
    }

    boolean isClosed() {
        return closed;
    }

    void send(Wire message) {
        if (!closed) {
            enqueue(new Packet.Data(arrival(), message));
        }
    }

    /** Orderly: what was sent before still arrives. */
    void close() {
        if (!closed) {
            leave();
            enqueue(new Packet.Fin(arrival()));
        }
    }

    /** With a reset: what the network holds up dies with the connection. */
    void reset() {
        if (!closed) {
            leave();
            if (stalledSince >= 0) {
                outgoing.clear();
            }
            enqueue(new Packet.Reset(arrival()));
        }
    }

    /** The process ended; its kernel, if it lives, says so to the other end. */
    void ownerDied(boolean kernelLives) {
        if (closed) {
            return;
        }
        closed = true;
        if (kernelLives) {
            enqueue(new Packet.Reset(arrival()));
        } else {
            outgoing.clear();
        }
    }

    /** The connection breaks at this end without a word from the other. */
    void fail(Cause cause) {
        owner.deliver(
                life,
                () -> {
                    if (!closed) {
                        leave();
                        outgoing.clear();
                        end.closed(cause);
                    }
                });
    }

    void opened() {
        owner.deliver(
                life,
                () -> {
                    if (!closed) {
                        end.opened();
                    }
                });
    }

    private void leave() {
        closed = true;
        owner.sides.remove(this);
    }

    private boolean isGone() {
        return closed || owner.life() != life || !owner.isAlive();
    }

    private long arrival() {
        lastDue = Math.max(lastDue, network.now() + network.delay(owner, other.owner));
        return lastDue;
    }

    private void enqueue(Packet packet) {
        outgoing.add(packet);
        if (!pumping) {
            pumping = true;
            network.at(packet.due(), this::pump);
        }
    }

    private void pump() {
        var head = outgoing.poll();
        if (head == null) {
            pumping = false;
            return;
        }
        if (swallowed || network.loses(owner, other.owner) || !arrive(head)) {
            outgoing.addFirst(head);
            retransmitLater();
            return;
        }
        stalledSince = -1;
        pause = FIRST_RETRANSMIT;
        var next = outgoing.peek();
        if (next == null) {
            pumping = false;
        } else {
            network.at(Math.max(next.due(), network.now()), this::pump);
        }
    }

    private void retransmitLater() {
        if (stalledSince < 0) {
            stalledSince = network.now();
        }
        if (network.now() - stalledSince > GIVE_UP) {
            pumping = false;
            outgoing.clear();
            fail(Cause.UNREACHABLE);
            return;
        }
        network.at(network.now() + pause, this::pump);
        pause = Math.min(2 * pause, LONGEST_RETRANSMIT);
    }

    /** False when it counts as lost. */
    private boolean arrive(Packet packet) {
        return switch (packet) {
            case Packet.Data(_, var message) -> arriveData(message);
            case Packet.Fin _ -> {
                other.hear(Cause.CLOSED_BY_PEER);
                yield true;
            }
            case Packet.Reset _ -> {
                other.hear(Cause.RESET);
                yield true;
            }
        };
    }

    private boolean arriveData(Wire message) {
        if (other.isGone()) {
            if (network.loses(other.owner, owner)) {
                return false;
            }
            network.at(network.now() + network.delay(other.owner, owner), () -> fail(Cause.RESET));
            return true;
        }
        var to = other;
        to.owner.deliver(
                to.life,
                () -> {
                    if (!to.closed) {
                        to.end.received(message);
                    }
                });
        return true;
    }

    private void hear(Cause cause) {
        if (!isGone()) {
            fail(cause);
        }
    }
}
