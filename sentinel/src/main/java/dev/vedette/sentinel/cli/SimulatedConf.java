package dev.vedette.sentinel.cli;

import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.conf.SentinelConf;
import dev.vedette.sentinel.core.SentinelState;
import dev.vedette.sentinel.sim.Study;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The deployment that a sentinel.conf tells of: one master, the replicas and sentinels that it
 * knows, and as many more at made-up addresses as were asked for.
 */
final class SimulatedConf {
    /** The sentinel whose conf it is, in the list of a zone. */
    static final String SELF = "self";

    private static final Address UNKNOWN_SELF = new Address("10.255.1.254", 26379);
    private static final int FEWEST_SENTINELS = 3;

    private final SentinelState.Master master;
    private final Address self;

    private SimulatedConf(SentinelState.Master master, Address self) {
        this.master = master;
        this.self = self;
    }

    static SimulatedConf read(Path file, @Nullable String name) {
        var state = load(file).state();
        var self =
                state.options()
                        .announceHost()
                        .map(
                                host ->
                                        new Address(
                                                host,
                                                state.options()
                                                        .announcePort()
                                                        .orElse(UNKNOWN_SELF.port())))
                        .orElse(UNKNOWN_SELF);
        return new SimulatedConf(choose(file, state.masters(), name), self);
    }

    private static SentinelConf load(Path file) {
        try {
            return SentinelConf.load(
                    CommandLine.parse(List.of(file.toString())),
                    InputStream.nullInputStream(),
                    WorkingDirectory.of(Path.of("").toAbsolutePath()));
        } catch (ConfException refused) {
            throw CliException.failed(file + ": " + refused.getMessage());
        }
    }

    private static SentinelState.Master choose(
            Path file, List<SentinelState.Master> masters, @Nullable String name) {
        var fitting = masters.stream().filter(m -> name == null || m.name().equals(name)).toList();
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        if (name != null) {
            throw new CliException(
                    ExitCode.NO_SUCH_MASTER, file + " monitors no master named '" + name + "'");
        }
        throw new CliException(
                ExitCode.NO_SUCH_MASTER,
                masters.isEmpty()
                        ? file + " monitors no master"
                        : file
                                + " monitors several masters; choose with --master: "
                                + masters.stream()
                                        .map(SentinelState.Master::name)
                                        .collect(Collectors.joining(", ")));
    }

    Study.Deployment deployment(
            int replicasAtLeast, int sentinelsAtLeast, Map<String, List<String>> zones) {
        var replicas = new ArrayList<>(master.replicas());
        int wanted = replicas.isEmpty() ? Math.max(2, replicasAtLeast) : replicasAtLeast;
        for (int i = 1; replicas.size() < wanted; i++) {
            replicas.add(new Address("10.255.0." + i, master.address().port()));
        }
        var sentinels = new ArrayList<Address>();
        sentinels.add(self);
        master.peers().forEach(peer -> sentinels.add(peer.address()));
        int most = master.peers().isEmpty() ? FEWEST_SENTINELS : 0;
        for (int i = 1; sentinels.size() < Math.max(most, sentinelsAtLeast); i++) {
            sentinels.add(new Address("10.255.1." + i, UNKNOWN_SELF.port()));
        }
        var places = new LinkedHashMap<String, List<String>>();
        zones.forEach(
                (zone, hosts) ->
                        places.put(
                                zone,
                                hosts.stream()
                                        .map(host -> host.equals(SELF) ? self.host() : host)
                                        .toList()));
        return new Study.Deployment(
                master.address(), replicas, sentinels, master.quorum(), master.options(), places);
    }
}
