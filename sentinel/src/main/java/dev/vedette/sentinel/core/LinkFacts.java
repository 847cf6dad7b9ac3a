package dev.vedette.sentinel.core;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes in what comes over the links, and notes whom it concerns. */
final class LinkFacts {
    private final Outbox out;
    private final Agenda agenda;
    private final LinkKeeper links;
    private final Requests requests;
    private final Election election;
    private final Restart restart;
    private final FailoverMachine failover;
    private final InfoReader infoReader;
    private final HelloReader helloReader;

    LinkFacts(
            Outbox out,
            Agenda agenda,
            LinkKeeper links,
            Requests requests,
            Election election,
            Restart restart,
            FailoverMachine failover,
            InfoReader infoReader,
            HelloReader helloReader) {
        this.out = out;
        this.agenda = agenda;
        this.links = links;
        this.requests = requests;
        this.election = election;
        this.restart = restart;
        this.failover = failover;
        this.infoReader = infoReader;
        this.helloReader = helloReader;
    }

    /** What came over that connection, or became of it. */
    void happened(Connection connection, Input.OfLink fact, Instant now) {
        var link = connection.link;
        switch (fact) {
            case Input.LinkOpened(var id, var localHost) -> opened(connection, id, localHost, now);
            case Input.LinkClosed(var id, var cause, var detail) ->
                    links.closed(connection, id, cause, detail, now);
            case Input.PingAnswered(_, var reply) -> pingAnswered(link, reply, now);
            case Input.InfoAnswered(_, var info) -> infoAnswered(link, info, now);
            case Input.HelloPublished(_, var accepted) -> helloPublished(link, accepted, now);
            case Input.MasterDownAnswered answer ->
                    peer(link, answer.masterName(), peer -> election.answered(peer, answer, now));
            case Input.MasterDownRefused(_, var name, var error) ->
                    peer(link, name, peer -> election.refused(peer, error, now));
            case Input.MasterDescribed(_, var name, var report) ->
                    peer(link, name, peer -> masterDescribed(peer, report, now));
            case Input.VotesShown(_, var name, var votes) ->
                    peer(link, name, peer -> restart.votesShown(peer, votes, now));
            case Input.ReplicaOfAnswered answer -> replicaOfAnswered(link, answer, now);
            case Input.CommandDenied(_, var command, var error) ->
                    commandDenied(link, command, error);
        }
    }

    /** One more command of that link has its answer; who waited for room on it may go on. */
    private void answered(Link link) {
        if (!link.writable()) {
            link.owners.forEach(agenda::touchOnly);
        }
        link.answered();
    }

    private void opened(Connection connection, LinkId id, String localHost, Instant now) {
        agenda.touchMasters(connection.link);
        links.opened(connection, id, localHost, now);
        if (connection.kind == LinkSpec.Kind.COMMAND) {
            requests.ping(connection.link, now);
        }
    }

    /** In time, from a node with which all is well, it only moves the next ping. */
    private void pingAnswered(Link link, Input.PingReply reply, Instant now) {
        boolean usual = reply == Input.PingReply.VALID && !link.loading;
        answered(link);
        link.pingAnswered(reply, now);
        for (var owner : link.owners) {
            if (usual && !owner.subjectivelyDown && owner.master().isCalm()) {
                agenda.touchOnly(owner);
            } else {
                agenda.touch(owner.master());
            }
            if (reply == Input.PingReply.BUSY && owner.subjectivelyDown && !owner.scriptKillSent) {
                requests.scriptKill(owner);
            }
            if ((reply == Input.PingReply.VALID || reply == Input.PingReply.MASTERDOWN)
                    && owner instanceof MonitoredMaster master) {
                master.rebootingSince = null;
            }
        }
    }

    private void infoAnswered(Link link, Optional<InstanceInfo> info, Instant now) {
        agenda.touchMasters(link);
        answered(link);
        var asked = link.infos.pollFirst();
        // Asked of a replica that is the master now, it tells what was before.
        if (asked != null && info.isPresent() && link.owners.contains(asked.of())) {
            infoReader.read(asked.of(), info.get(), asked, now);
        }
    }

    private void helloPublished(Link link, boolean accepted, Instant now) {
        answered(link);
        var about = link.helloAnswered();
        if (about != null) {
            agenda.touchOnly(about);
            if (accepted) {
                about.helloAcceptedAt = now;
            }
        }
    }

    private void masterDescribed(Peer peer, Optional<MasterReport> report, Instant now) {
        var askedAt = peer.reportsAsked.pollFirst();
        if (askedAt != null) {
            peer.report = Optional.of(new Peer.Report(askedAt, report));
            report.ifPresent(
                    told -> {
                        peer.carriedEpoch = Math.max(peer.carriedEpoch, told.configEpoch());
                        restart.described(peer, told, now);
                    });
        }
    }

    private void peer(Link link, String masterName, Consumer<Peer> fact) {
        answered(link);
        var peer = link.questionAnswered(masterName);
        if (peer != null) {
            agenda.touch(peer.master());
            fact.accept(peer);
        }
    }

    private void replicaOfAnswered(Link link, Input.ReplicaOfAnswered answer, Instant now) {
        agenda.touchMasters(link);
        answered(link);
        var order = link.orders.pollFirst();
        // The effect is seen in INFO; the error is for whoever wonders why it is not.
        answer.error()
                .ifPresent(
                        text ->
                                out.log(
                                        Event.Level.WARNING,
                                        "SLAVEOF refused instance="
                                                + link.target
                                                + " error=\""
                                                + text
                                                + "\""));
        if (order != null
                && answer.discardedBy().isPresent()
                && link.owners.getFirst() instanceof Replica replica) {
            failover.orderAlone(replica, order, answer.discardedBy().get(), now);
        }
    }

    private void commandDenied(Link link, String command, String error) {
        for (var owner : link.owners) {
            out.publish(Events.commandDenied(owner, command, error));
        }
    }

    /** A hello, on that link or said to us by its sentinel. */
    void helloHeard(Optional<LinkId> id, String payload, Instant now) {
        if (id.isEmpty()) {
            helloReader.read(payload, Optional.empty(), now);
            return;
        }
        var connection = links.find(id.get());
        if (connection != null) {
            connection.link.messageAt = now;
            connection.troubleSince = null;
            helloReader.read(payload, Optional.of(connection.link.owners.getFirst()), now);
        }
    }
}
