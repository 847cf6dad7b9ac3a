package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;

/** A process that we watch on behalf of one master: the master, a replica, or a sentinel. */
abstract sealed class Instance permits DataNode, Peer {
    /** Where it is. A master's changes at a switch, a sentinel's when it moved. */
    Address address;

    Link link;

    boolean subjectivelyDown;

    /** When it last went down; it stays when the instance is up again. */
    Instant downSince = Periods.NEVER;

    /** When it was last up again after it had been down. */
    Instant upSince = Periods.NEVER;

    /** SCRIPT KILL was sent since it went down. */
    boolean scriptKillSent;

    /** When our last hello about the master was accepted there. */
    Instant helloAcceptedAt;

    Instant helloSentAt = Periods.NEVER;

    /** That of {@link #helloSentAt} is not answered yet. */
    boolean helloInFlight;

    /** It is no owner of its link any more: answers that are on their way there are not for it. */
    boolean released;

    Instance(Address address, Link link, Instant now) {
        this.address = address;
        this.link = link;
        link.owners.add(this);
        this.helloAcceptedAt = now;
    }

    /** The master on whose behalf it is watched; a master is watched for itself. */
    abstract MonitoredMaster master();

    /** Where it is, in the form in which others are told. */
    Address shownAddress() {
        return master().names.shown(address);
    }

    /** Name of its kind in events: {@code master}, {@code slave} or {@code sentinel}. */
    abstract String kind();

    /** Its name in events and replies. */
    abstract String name();

    /** Known, but not for others to see: what happens to it is no event. */
    boolean hidden() {
        return false;
    }

    /** Answers that were awaited will not come. */
    void linkLost() {}
}
