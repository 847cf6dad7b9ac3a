package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The way to one process: a command connection, and for a data node a pub/sub connection beside it.
 * One sentinel that watches several of our masters has one link, shared by its entries there, so it
 * gets one ping a second for all of them.
 */
final class Link {
    final Address target;
    final Connection command = new Connection(this, LinkSpec.Kind.COMMAND);
    final Optional<Connection> pubsub;

    /** The entries that share the link; one, except for sentinels. */
    final List<Instance> owners = new ArrayList<>();

    String localHost = "";
    int pendingCommands;

    /**
     * Since when a valid answer to PING is owed: the oldest unanswered ping, the loss of the link
     * if none was pending, or the creation. Only a valid answer ends it, never a connect (guard
     * G6).
     */
    @Nullable Instant silentSince;

    /**
     * Since when, and when last, each new connection is refused or reset at once; null from the
     * first one on that is not (guard G4).
     */
    @Nullable Instant refusedSince;

    Instant refusedAt = Periods.NEVER;

    Instant pingedAt = Periods.NEVER;
    Instant availableAt;
    Instant repliedAt;
    Instant messageAt;

    /** The last answer to PING was LOADING. */
    boolean loading;

    /** When the last ping was sent that PONG answered. */
    Instant pongFor = Periods.NEVER;

    /** How long the last answered ping took. */
    Duration roundTrip = Duration.ZERO;

    // What is in flight, in the order in which it will be answered.
    final Deque<Instant> pings = new ArrayDeque<>();
    final Deque<InfoAsked> infos = new ArrayDeque<>();
    private final Deque<Peer> asked = new ArrayDeque<>();
    private final Deque<Instance> hellos = new ArrayDeque<>();
    final Deque<Optional<Address>> orders = new ArrayDeque<>();

    /**
     * An INFO in flight.
     *
     * @param of what was asked: a node that has become the master since is another entry
     * @param number which of those that were asked of this node
     */
    record InfoAsked(DataNode of, long number, Instant at) {}

    Link(Address target, boolean withPubsub, Instant now) {
        this.target = target;
        this.pubsub =
                withPubsub
                        ? Optional.of(new Connection(this, LinkSpec.Kind.PUBSUB))
                        : Optional.empty();
        this.silentSince = now;
        command.troubleSince = now;
        pubsub.ifPresent(connection -> connection.troubleSince = now);
        this.availableAt = now;
        this.repliedAt = now;
        this.messageAt = now;
    }

    boolean connected() {
        return command.isOpen() && pubsub.map(Connection::isOpen).orElse(true);
    }

    /**
     * The {@code disconnected} flag: some connection of it is missing. One that is just being made
     * is not, as with Redis, unless the last attempt failed: there are clients that sleep for a
     * second when they see it, and a node that was promoted has sent all its clients away.
     */
    boolean disconnected() {
        return command.isMissing() || pubsub.map(Connection::isMissing).orElse(false);
    }

    /** Connected, or about to be, and no answer has been owed for longer than that. */
    boolean works(Duration longestSilence, Instant now) {
        return !(command.state instanceof Connection.State.Closed)
                && (silentSince == null || !silentSince.plus(longestSilence).isBefore(now));
    }

    /** What it was silent for, or refused, is over: from now on it counts anew (guard G10). */
    void judgeAnew(Instant now) {
        if (silentSince != null) {
            silentSince = now;
        }
        refusedSince = null;
        refusedAt = Periods.NEVER;
    }

    /** Whether it takes one more command. */
    boolean writable() {
        return command.isOpen()
                && pendingCommands < Periods.MAX_PENDING_COMMANDS * Math.max(1, owners.size());
    }

    /** The command connection is gone: nothing of what is in flight will be answered. */
    void lostCommand(Instant now) {
        pendingCommands = 0;
        pings.clear();
        infos.clear();
        asked.clear();
        hellos.forEach(about -> about.helloInFlight = false);
        hellos.clear();
        orders.clear();
        if (silentSince == null) {
            silentSince = now;
        }
        for (var owner : owners) {
            owner.linkLost();
        }
    }

    void refused(Instant now) {
        refusedAt = now;
        if (refusedSince == null) {
            refusedSince = now;
        }
    }

    void pingSent(Instant now) {
        pendingCommands++;
        pingedAt = now;
        pings.addLast(now);
        if (silentSince == null) {
            silentSince = now;
        }
    }

    void pingAnswered(Input.PingReply reply, Instant now) {
        var sentAt = pings.pollFirst();
        if (sentAt != null) {
            roundTrip = Duration.between(sentAt, now);
            if (reply == Input.PingReply.VALID) {
                pongFor = sentAt;
            }
        }
        repliedAt = now;
        loading = reply == Input.PingReply.LOADING;
        if (available(reply)) {
            availableAt = now;
            silentSince = null;
            command.troubleSince = null;
        }
    }

    private static boolean available(Input.PingReply reply) {
        return switch (reply) {
            case VALID, MASTERDOWN, LOADING -> true;
            case BUSY, OTHER -> false;
        };
    }

    void helloSent(Instance about, Instant now) {
        pendingCommands++;
        hellos.addLast(about);
        about.helloInFlight = true;
        about.helloSentAt = now;
    }

    /** Whose hello was answered; null when it is not interested any more. */
    @Nullable Instance helloAnswered() {
        var about = hellos.pollFirst();
        if (about == null || !about.helloInFlight || about.released) {
            return null;
        }
        about.helloInFlight = false;
        return about;
    }

    /** A question of that entry about its master is on its way. */
    void questionSent(Peer peer) {
        pendingCommands++;
        asked.addLast(peer);
    }

    /**
     * Whose question about that master was answered: the very entry that asked, not one that was
     * made since under the same name. Null when it is not interested any more.
     */
    @Nullable Peer questionAnswered(String masterName) {
        var peer = asked.pollFirst();
        while (peer != null && !peer.master().name.equals(masterName)) {
            peer = asked.pollFirst();
        }
        return peer == null || peer.released ? null : peer;
    }

    void answered() {
        pendingCommands = Math.max(0, pendingCommands - 1);
    }
}
