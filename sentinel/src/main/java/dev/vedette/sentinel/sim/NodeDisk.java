package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;

import java.util.Optional;

/** What a data node has on disk: the {@code replicaof} of its conf, and its last snapshots. */
final class NodeDisk {
    /** It takes snapshots; without them it comes back empty. */
    boolean keepsData = true;

    private Optional<Address> firstConf = Optional.empty();
    private Optional<Address> conf = Optional.empty();
    private Optional<ReplicationStream.Saved> saved = Optional.empty();
    private Optional<ReplicationStream.Saved> savedBefore = Optional.empty();

    // ---- what the process reads and writes

    /** Its master, by the conf. */
    Optional<Address> conf() {
        return conf;
    }

    /** CONFIG REWRITE; or somebody else's hand, while the node is down. */
    void replaceConf(Optional<Address> newMaster) {
        conf = newMaster;
    }

    /** What a process that starts finds. */
    Optional<ReplicationStream.Saved> data() {
        return keepsData ? saved : Optional.empty();
    }

    void save(ReplicationStream.Saved snapshot) {
        savedBefore = saved;
        saved = Optional.of(snapshot);
    }

    // ---- what is done to it while the node is down

    /** The conf with which it is started for the first time. */
    void firstConf(Address master) {
        firstConf = Optional.of(master);
        conf = firstConf;
    }

    /** Somebody puts the first conf back. */
    void restoreFirstConf() {
        conf = firstConf;
    }

    /** It is empty now, but for the conf. */
    void loseData() {
        saved = Optional.empty();
        savedBefore = Optional.empty();
    }

    /** The last snapshot is gone, an older one is there. */
    void loseLatestData() {
        saved = savedBefore;
    }
}
