package dev.vedette.sentinel.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a hello teaches, and what follows (Redis {@code sentinelProcessHelloMessage}). */
final class HelloReader {
    private final Deployment deployment;
    private final Outbox out;
    private final Agenda agenda;
    private final Lookups lookups;
    private final Registry registry;
    private final Election election;
    private final FailoverMachine failover;

    HelloReader(
            Deployment deployment,
            Outbox out,
            Agenda agenda,
            Lookups lookups,
            Registry registry,
            Election election,
            FailoverMachine failover) {
        this.deployment = deployment;
        this.out = out;
        this.agenda = agenda;
        this.lookups = lookups;
        this.registry = registry;
        this.election = election;
        this.failover = failover;
    }

    /**
     * @param heardAt on whose channel, absent when it came to our port
     */
    void read(String payload, Optional<Instance> heardAt, Instant now) {
        if (payload.contains(deployment.myId.text())) {
            // Our own hello, or that of a sentinel whose conf is a copy of ours.
            return;
        }
        Hello.decode(payload)
                .ifPresent(
                        hello -> {
                            heardAt.ifPresent(instance -> meetAt(instance, hello));
                            read(hello, now);
                        });
    }

    /** Whose hellos a node passes on tells of whom it is one (guard G5). */
    private void meetAt(Instance instance, Hello hello) {
        if (instance instanceof Replica replica
                && replica.master().kinship.helloHeard(replica, hello)) {
            Events.kinship(replica)
                    .ifPresent(
                            event -> {
                                out.publish(event);
                                agenda.touch(replica.master());
                            });
        }
    }

    /** Names that it tells are looked up first, so that they can be compared. */
    private void read(Hello hello, Instant now) {
        if (deployment.masters.containsKey(hello.masterName())) {
            lookups.whenKnown(
                    hello.sentinel().host(),
                    now,
                    then ->
                            lookups.whenKnown(
                                    hello.master().host(), then, later -> take(hello, later)));
        }
    }

    private void take(Hello hello, Instant now) {
        var master = deployment.masters.get(hello.masterName());
        if (master == null) {
            return;
        }
        long before = out.changes();
        learn(master, hello, now);
        // Nearly all hellos say what is known.
        if (out.changes() != before || !master.isCalm()) {
            agenda.touch(master);
        }
    }

    private void learn(MonitoredMaster master, Hello hello, Instant now) {
        if (!usable(hello.sentinel().host()) || isOurFormerSelf(master, hello)) {
            election.adoptEpoch(master, hello.currentEpoch(), hello.id(), now);
            return;
        }
        if (!master.peers.containsKey(hello.id()) && !Registry.takesPeers(master)) {
            return;
        }
        var speaker = meet(master, hello, now);
        if (election.adoptEpoch(master, hello.currentEpoch(), hello.id(), now)
                && election.believes(master, hello.configEpoch(), hello.id(), now)
                && usable(hello.master().host())) {
            name(speaker, hello, now);
            failover.configured(master, speaker, hello.configEpoch(), hello.master(), now);
        }
        speaker.helloHeardAt = now;
    }

    private void name(Peer speaker, Hello hello, Instant now) {
        var named =
                Optional.of(
                        new MonitoredMaster.Configuration(
                                registry.asKnown(speaker.master(), hello.master()),
                                hello.configEpoch()));
        // Whoever was silent for long named nothing meanwhile.
        boolean again =
                !speaker.helloHeardAt
                        .plus(deployment.pace.times(Period.PUBLISH, Conflicts.HEARD_PERIODS))
                        .isAfter(now);
        if (again || !named.equals(speaker.named)) {
            speaker.named = named;
            out.changed();
        }
    }

    /**
     * It announces the very address that we do, under another id: a hello of our own before we were
     * given a new one, on its way since. As a peer it would be a second vote of ours.
     */
    private boolean isOurFormerSelf(MonitoredMaster master, Hello hello) {
        return !master.peers.containsKey(hello.id())
                && deployment.announces(master, hello.sentinel());
    }

    private boolean usable(String host) {
        boolean usable = deployment.names.usable(host);
        if (!usable) {
            out.log(Event.Level.WARNING, "Failed to resolve hostname '" + host + "'");
        }
        return usable;
    }

    private Peer meet(MonitoredMaster master, Hello hello, Instant now) {
        var known = master.peers.get(hello.id());
        if (known != null && deployment.names.same(known.address, hello.sentinel())) {
            return known;
        }
        out.persist();
        var before = Optional.ofNullable(known);
        if (known != null) {
            registry.removePeer(master, known.id);
            out.publish(Events.sentinelMoved(master, hello.id(), hello.sentinel()));
        } else {
            before = displace(master, hello);
        }
        var speaker = registry.addPeer(master, hello.id(), hello.sentinel(), now);
        before.ifPresent(old -> succeed(speaker, old, now));
        if (known == null) {
            out.publish(Events.sentinelFound(speaker));
            return speaker;
        }
        int matches = registry.movePeerElsewhere(speaker);
        if (matches > 0) {
            out.publish(Events.sentinelMovedElsewhere(speaker, matches));
        }
        return speaker;
    }

    private void succeed(Peer speaker, Peer before, Instant now) {
        speaker.continues(before, deployment.myId, now);
        if (speaker.sharesItsId(now) && !before.sharesItsId(now)) {
            out.log(
                    Event.Level.WARNING,
                    "two sentinels have one id, neither gets a vote: remove the line 'sentinel"
                            + " myid' from the conf of one of them and restart it id="
                            + speaker.id
                            + " at="
                            + before.address
                            + " and="
                            + speaker.address);
        }
    }

    /**
     * Another sentinel speaks from that address now: the one that was there is gone.
     *
     * @return that one
     */
    private Optional<Peer> displace(MonitoredMaster master, Hello hello) {
        var displaced =
                master.peers.values().stream()
                        .filter(peer -> deployment.names.same(peer.address, hello.sentinel()))
                        .findFirst();
        displaced.ifPresent(
                old -> {
                    out.publish(Events.sentinelAddressTaken(old));
                    for (var each : List.copyOf(deployment.masters.values())) {
                        registry.removePeer(each, old.id);
                    }
                });
        return displaced;
    }
}
