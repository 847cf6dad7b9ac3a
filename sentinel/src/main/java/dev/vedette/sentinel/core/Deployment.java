package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** All that this sentinel knows: who it is, its epoch, its masters. */
final class Deployment {
    final SentinelId myId;
    final int ownPort;

    /** What holds for all masters; changed by SENTINEL CONFIG SET. */
    SentinelOptions options;

    long currentEpoch;

    /** The highest epoch that the disk knows: no other is told to anybody (guard G13). */
    long savedEpoch;

    /** What the names of hosts stand for. */
    final NameBook names;

    final SequencedMap<String, MonitoredMaster> masters = new LinkedHashMap<>();

    /** Whether TILT lasts: then nothing is acted upon. */
    final TiltRule tilt = new TiltRule();

    /** When this process slept. */
    final OwnPauses pauses = new OwnPauses();

    /** How long the periods are; changed by SENTINEL DEBUG, not saved. */
    Pace pace = Pace.USUAL;

    /** Where we crash on purpose; not saved. */
    final Set<SimulatedFailure> simulatedFailures = EnumSet.noneOf(SimulatedFailure.class);

    Deployment(SentinelState loaded, int ownPort) {
        this.myId = loaded.myId();
        this.ownPort = ownPort;
        this.options = loaded.options();
        this.names = new NameBook(() -> options);
        // A config epoch that we know was once the current one.
        this.currentEpoch =
                loaded.masters().stream()
                        .mapToLong(SentinelState.Master::configEpoch)
                        .reduce(loaded.currentEpoch(), Math::max);
        this.savedEpoch = currentEpoch;
    }

    /** The first master at that address: the old one until a switch is done. */
    Optional<MonitoredMaster> masterAt(Address address) {
        return masters.values().stream().filter(m -> names.same(m.address, address)).findFirst();
    }

    /** Whether we tell others that we are there. */
    boolean announces(MonitoredMaster master, Address address) {
        if (address.port() != options.announcePort().orElse(ownPort)) {
            return false;
        }
        if (options.announceHost().isPresent()) {
            return options.announceHost().get().equals(address.host());
        }
        return master.instances().stream()
                .anyMatch(instance -> instance.link.localHost.equals(address.host()));
    }

    /** The hello about that master that we send over that link, which is open. */
    Hello hello(MonitoredMaster master, Link link) {
        return new Hello(
                new Address(
                        options.announceHost().orElse(link.localHost),
                        options.announcePort().orElse(ownPort)),
                myId,
                savedEpoch,
                master.name,
                names.shown(master.announced.address()),
                master.announced.epoch());
    }

    SentinelState state() {
        return new SentinelState(
                myId,
                currentEpoch,
                options,
                masters.values().stream().map(MonitoredMaster::state).toList());
    }

    /** A wait below {@link Periods#MAX_DESYNC} that differs between sentinels, epochs, masters. */
    Instant desynchronised(MonitoredMaster master, long epoch, Instant now) {
        return now.plusMillis(
                Jitter.below(Periods.MAX_DESYNC.toMillis(), myId.text(), epoch, master.name));
    }
}
