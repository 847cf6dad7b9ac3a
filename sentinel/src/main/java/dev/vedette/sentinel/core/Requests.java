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
            link.owners.forEach(owner -> agenda.touch(owner.master()));
        }
    }

    void info(DataNode node, Instant now) {
        if (send(node.link, new Request.Info())) {
            node.link.pendingCommands++;
            node.link.infos.addLast(now);
            node.infoAskedAt = now;
        }
    }

    void hello(Instance instance, Instant now) {
        var link = instance.link;
        if (link.command.isOpen()
                && send(
                        link,
                        new Request.PublishHello(deployment.hello(instance.master(), link)))) {
            instance.link.pendingCommands++;
            instance.link.hellos.addLast(instance);
            instance.helloSentAt = now;
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
            peer.link.pendingCommands++;
            peer.questions.addLast(new Peer.Question(master.address, epoch, candidate.isPresent()));
            peer.askedAt = now;
        }
    }

    void askMaster(Peer peer, Instant now) {
        if (send(peer.link, new Request.AskMaster(peer.master().name))) {
            peer.link.pendingCommands++;
            peer.reportsAsked.addLast(now);
        }
    }

    /** No node is ever told to follow itself (guard G15). */
    boolean follow(Replica replica, Address master) {
        return !deployment.names.same(replica.address, master)
                && replicaOf(replica, Optional.of(deployment.names.shown(master)));
    }

    boolean promote(Replica replica) {
        return replicaOf(replica, Optional.empty());
    }

    private boolean replicaOf(Replica replica, Optional<Address> master) {
        if (!send(replica.link, new Request.ReplicaOf(master))) {
            return false;
        }
        replica.link.pendingCommands++;
        return true;
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
