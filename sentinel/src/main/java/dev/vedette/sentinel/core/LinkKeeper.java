package dev.vedette.sentinel.core;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Opens, renews and closes connections, and knows whose each of them is. */
final class LinkKeeper {
    private static final int SHORT_ID_CHARS = 8;
    private static final Duration QUICK_RECONNECT = Duration.ofMillis(100);
    private static final Duration QUICK_RECONNECTS_FOR = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;
    private final Map<LinkId, Connection> connections = new HashMap<>();
    private long links;

    LinkKeeper(Deployment deployment, Outbox out, Agenda agenda) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
    }

    // ---- owners

    /** Gives the instance a fresh link of its own, to where it is now. */
    void renew(Instance instance, Instant now) {
        release(instance);
        take(instance, new Link(instance.address, instance instanceof DataNode, now));
    }

    /**
     * The node goes on over the link that the entry before it had to the same process, if that one
     * works, else over a fresh one.
     */
    void inherit(DataNode heir, DataNode before, Instant now) {
        var link = before.link;
        if (link.works(deployment.pace.of(Period.PING), now)) {
            release(heir);
            take(heir, link);
            link.judgeAnew(now);
            release(before);
        } else {
            release(before);
            renew(heir, now);
        }
    }

    /** The entries of one sentinel under several masters use one link. */
    void share(Peer peer, Link link) {
        release(peer);
        take(peer, link);
    }

    private static void take(Instance instance, Link link) {
        instance.link = link;
        instance.released = false;
        link.owners.add(instance);
    }

    /** The instance needs its link no more; the last owner closes it. */
    void release(Instance instance) {
        var link = instance.link;
        link.owners.remove(instance);
        instance.released = true;
        instance.helloInFlight = false;
        instance.linkLost();
        agenda.forgetOnly(instance);
        if (link.owners.isEmpty()) {
            disconnect(link, false);
        }
    }

    // ---- what happened

    /** The connection of that name, null when it is one of the past. */
    @Nullable Connection find(LinkId id) {
        return connections.get(id);
    }

    void opened(Connection connection, LinkId id, String localHost, Instant now) {
        connection.state = new Connection.State.Open(id, now);
        connection.unreachable = false;
        connection.link.refusedSince = null;
        if (connection.kind == LinkSpec.Kind.COMMAND) {
            connection.link.localHost = localHost;
        } else {
            connection.link.messageAt = now;
        }
    }

    void closed(
            Connection connection,
            LinkId id,
            Input.LinkClosed.Cause cause,
            String detail,
            Instant now) {
        boolean neverOpened = connection.state instanceof Connection.State.Opening;
        gone(connection, id, now);
        if (neverOpened) {
            connection.unreachable = true;
            switch (cause) {
                case REFUSED, RESET -> connection.link.refused(now);
                case CLOSED_BY_PEER, UNREACHABLE, CONNECT_TIMEOUT, UNRESOLVED, PROTOCOL_ERROR ->
                        connection.link.refusedSince = null;
            }
            out.publish(
                    Events.linkFailed(connection.link.owners.getFirst(), connection.kind, detail));
        }
    }

    private void gone(Connection connection, LinkId id, Instant now) {
        boolean failedAgain =
                connection.state instanceof Connection.State.Opening && connection.unreachable;
        connections.remove(id);
        connection.state = new Connection.State.Closed();
        if (connection.troubleSince == null) {
            connection.troubleSince = now;
        }
        if (connection.kind == LinkSpec.Kind.COMMAND) {
            connection.link.lostCommand(now);
        }
        if (failedAgain && !CrashRule.countsFailures(connection.link)) {
            connection.link.owners.forEach(agenda::touchOnly);
        } else {
            agenda.touchMasters(connection.link);
        }
    }

    // ---- care

    /**
     * Connects what is not connected: at once after a loss, then every 100 ms for a minute, then at
     * most once in a ping period (guard G6). A connection that is taken and closed again right away
     * is not opened faster than that.
     */
    void connect(Instance instance, Alarm alarm) {
        var link = instance.link;
        connect(link.command, instance, alarm);
        var pubsub = link.pubsub.orElse(null);
        // Where nobody answers one attempt at a time is enough.
        if (pubsub != null && !link.command.unreachable) {
            connect(pubsub, instance, alarm);
        }
    }

    private void connect(Connection connection, Instance instance, Alarm alarm) {
        if (connection.state instanceof Connection.State.Opening
                && alarm.overdue(
                        connection.attemptedAt.plus(
                                deployment.pace.of(Period.MIN_LINK_RECONNECT)))) {
            close(connection, true, alarm.now());
            connection.unreachable = true;
        }
        if (connection.state instanceof Connection.State.Closed
                && connection.link.target.port() != 0
                && alarm.passed(
                        connection.attemptedAt.plus(reconnectPause(connection, instance, alarm)))) {
            open(connection, instance, alarm.now());
        }
    }

    private Duration reconnectPause(Connection connection, Instance instance, Alarm alarm) {
        var usual = deployment.pace.of(Period.PING);
        var since = connection.troubleSince;
        if (since != null && alarm.passed(since.plus(QUICK_RECONNECTS_FOR))) {
            return usual;
        }
        var quick = Periods.shorter(QUICK_RECONNECT, usual);
        return instance instanceof MonitoredMaster master
                ? Periods.shorter(quick, CrashRule.reconnectPause(master))
                : quick;
    }

    private void open(Connection connection, Instance instance, Instant now) {
        var id = new LinkId(++links);
        connections.put(id, connection);
        connection.state = new Connection.State.Opening(id);
        connection.attemptedAt = now;
        out.add(new Effect.OpenLink(id, spec(connection, instance)));
        connection.link.owners.forEach(agenda::touchOnly);
    }

    private LinkSpec spec(Connection connection, Instance instance) {
        var options = instance.master().options;
        var credentials =
                instance instanceof Peer
                        ? deployment.options.peerCredentials()
                        : options.authPass()
                                .map(pass -> new LinkSpec.Credentials(options.authUser(), pass));
        var suffix = connection.kind == LinkSpec.Kind.COMMAND ? "-cmd" : "-pubsub";
        return new LinkSpec(
                deployment.names.target(connection.link.target),
                instance instanceof Peer,
                connection.kind,
                credentials,
                "sentinel-" + deployment.myId.text().substring(0, SHORT_ID_CHARS) + suffix,
                options.renamedCommands());
    }

    /**
     * Closes what looks stuck, so that a new connection gets a chance before down-after is over: a
     * command link with a ping pending and no word for half of it, a pub/sub link without a message
     * for three hello periods (our own hellos are messages there).
     */
    void closeStuck(Instance instance, Alarm alarm) {
        var link = instance.link;
        if (link.silentSince != null && link.command.state instanceof Connection.State.Open open) {
            var half = Periods.part(instance.master().options.downAfter(), 2);
            if (alarm.overdue(link.silentSince.plus(half))
                    && alarm.overdue(link.repliedAt.plus(half))
                    && alarm.overdue(renewable(open))) {
                close(link.command, false, alarm.now());
            }
        }
        var pubsub = link.pubsub.orElse(null);
        if (pubsub != null
                && pubsub.state instanceof Connection.State.Open open
                && alarm.overdue(link.messageAt.plus(deployment.pace.times(Period.PUBLISH, 3)))
                && alarm.overdue(renewable(open))) {
            close(pubsub, false, alarm.now());
        }
    }

    private Instant renewable(Connection.State.Open open) {
        return open.since().plus(deployment.pace.of(Period.MIN_LINK_RECONNECT));
    }

    /** Closes both connections; they are opened again in their time. */
    void drop(Link link, boolean discard, Instant now) {
        close(link.command, discard, now);
        link.pubsub.ifPresent(pubsub -> close(pubsub, discard, now));
    }

    private void close(Connection connection, boolean discard, Instant now) {
        connection
                .id()
                .ifPresent(
                        id -> {
                            out.add(new Effect.CloseLink(id, discard || hasOrders(connection)));
                            gone(connection, id, now);
                        });
    }

    /** One that was not answered dies with its connection: nobody waits for it any more (G22). */
    private static boolean hasOrders(Connection connection) {
        return connection.kind == LinkSpec.Kind.COMMAND && !connection.link.orders.isEmpty();
    }

    private void disconnect(Link link, boolean discard) {
        forget(link.command, discard);
        link.pubsub.ifPresent(pubsub -> forget(pubsub, discard));
    }

    private void forget(Connection connection, boolean discard) {
        connection
                .id()
                .ifPresent(
                        id -> {
                            out.add(new Effect.CloseLink(id, discard || hasOrders(connection)));
                            connections.remove(id);
                            connection.state = new Connection.State.Closed();
                        });
    }
}
