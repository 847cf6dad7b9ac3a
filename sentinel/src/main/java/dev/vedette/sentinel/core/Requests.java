package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;
import java.util.Optional;

/** Sends each kind of request and notes what answer it will have. */
final class Requests {
    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;

    Requests(Deployment deployment, Outbox out, Agenda agenda) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
    }

    void ping(Link link, Instant now) {
        if (send(link, new Request.Ping())) {
            link.pingSent(now);
            link.owners.forEach(agenda::touchOnly);
        }
    }

    void info(DataNode node, Instant now) {
        if (send(node.link, new Request.Info())) {
            node.link.pendingCommands++;
            node.link.infos.addLast(new Link.InfoAsked(node, ++node.infosAsked, now));
            node.infoAskedAt = now;
        }
    }

    /** Nothing is said of a master at whose name nobody answered yet. */
    void hello(Instance instance, Instant now) {
        var link = instance.link;
        if (link.command.isOpen()
                && deployment.names.tellable(instance.master().announced.address())
                && send(
                        link,
                        new Request.PublishHello(deployment.hello(instance.master(), link)))) {
            link.helloSent(instance, now);
        }
    }

    /** Says at once, to all who can hear, what we now believe of that master. */
    void helloToAll(MonitoredMaster master, Instant now) {
        master.instances().forEach(instance -> hello(instance, now));
    }

    void askMasterDown(Peer peer, long epoch, Optional<SentinelId> candidate, Instant now) {
        var master = peer.master();
        if (send(
                peer.link,
                new Request.AskMasterDown(master.name, master.shownAddress(), epoch, candidate))) {
            peer.link.questionSent(peer);
            peer.questions.addLast(
                    new Peer.Question(Optional.of(master.address), epoch, candidate.isPresent()));
            peer.askedAt = now;
        }
    }

    void askMaster(Peer peer, Instant now) {
        if (send(peer.link, new Request.AskMaster(peer.master().name))) {
            peer.link.questionSent(peer);
            peer.reportsAsked.addLast(now);
        }
    }

    void askVotes(Peer peer) {
        if (send(peer.link, new Request.AskVotes(peer.master().name))) {
            peer.link.questionSent(peer);
        }
    }

    /**
     * Points the replica at its master, unless it is that process under another address, or the
     * master is down or follows somebody itself: no node is ever told to follow itself, a node that
     * is down, or a cycle (guard G15). Nor is one told anything that a RESET made us forget, or
     * that is foreign (guard G5).
     */
    boolean follow(Replica replica) {
        return mayFollow(replica)
                && replicaOf(
                        replica,
                        new Request.ReplicaOf(
                                Optional.of(deployment.names.shown(replica.master().address))));
    }

    /** Whether it may be told to follow its master. */
    boolean mayFollow(Replica replica) {
        var master = replica.master();
        boolean sameProcess = replica.runId.isPresent() && replica.runId.equals(master.runId);
        return !deployment.names.same(replica.address, master.address)
                && !sameProcess
                && !replica.hidden()
                && !Kinship.foreign(replica)
                && !master.subjectivelyDown
                && master.roleReported == InstanceInfo.Role.MASTER;
    }

    /** Whether an order to follow that address, given a while ago, may be carried out now. */
    boolean mayFollow(Replica replica, Address told) {
        return deployment.names.same(told, replica.master().address) && mayFollow(replica);
    }

    boolean promote(Replica replica) {
        return replicaOf(replica, new Request.ReplicaOf(Optional.empty()));
    }

    private boolean replicaOf(Replica replica, Request.ReplicaOf order) {
        if (!send(replica.link, order)) {
            return false;
        }
        replica.link.pendingCommands++;
        replica.link.orders.addLast(order.master());
        return true;
    }

    /** Again, without the transaction, on the link that refused it. */
    void replicaOfAlone(Replica replica, Optional<Address> master) {
        if (send(replica.link, new Request.ReplicaOfAlone(master))) {
            replica.link.pendingCommands++;
            replica.link.orders.addLast(master);
        }
    }

    /** Its reply is not reported. */
    void scriptKill(Instance instance) {
        if (send(instance.link, new Request.ScriptKill())) {
            instance.scriptKillSent = true;
        }
    }

    private boolean send(Link link, Request request) {
        if (!(link.command.state instanceof Connection.State.Open(var id, var _))) {
            return false;
        }
        out.add(new Effect.Send(id, request));
        return true;
    }
}
