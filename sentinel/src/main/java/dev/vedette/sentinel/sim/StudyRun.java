package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One seed of a {@link Study}: the deployment settles, one of the faults strikes, and after it all
 * must be well again.
 */
final class StudyRun {
    private static final Duration SETTLING = Duration.ofSeconds(13);
    private static final Duration REST = Duration.ofSeconds(4);

    /** Beyond down-after: time enough for an election, and a second one. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Study.Deployment deployment;
    private final Set<Fault> faults;
    private final Dice dice;
    private final Simulation sim;
    private final Map<String, Integer> struck = new TreeMap<>();

    StudyRun(long seed, Study.Deployment deployment, Set<Fault> faults) {
        this.deployment = deployment;
        this.faults = faults;
        this.dice = new Dice(Dice.mix(~seed));
        this.sim = Simulation.seeded(seed);
        sim.deployed(deployment);
    }

    String transcript() {
        return sim.transcript();
    }

    Study.Outcome run() {
        sim.runFor(SETTLING.plusMillis(dice.between(0, 10_000)));
        var chaos = new Chaos(sim.world, dice.split(), faults);
        long before = sim.world.queue.now();
        strike(chaos);
        sim.runFor(deployment.options().downAfter().plus(PATIENCE));
        boolean stranded = isStranded();
        var toSwitch = toSwitch(before);
        chaos.struck().forEach((fault, n) -> struck.merge(fault.name(), n, Integer::sum));
        chaos.end();
        var recovery =
                new Recovery(
                                sim,
                                deployment.options().downAfter(),
                                deployment.options().failoverTimeout())
                        .await(REST);
        return new Study.Outcome(sim.failovers(), toSwitch, stranded, recovery, struck);
    }

    private void strike(Chaos chaos) {
        var fault = dice.pick(List.copyOf(faults.stream().sorted().toList()));
        if (fault == Fault.ZONE_LOST && !deployment.zones().isEmpty()) {
            var zone = dice.pick(List.copyOf(new TreeMap<>(deployment.zones()).keySet()));
            struck.merge("ZONE_LOST " + zone, 1, Integer::sum);
            loseZone(deployment.zones().getOrDefault(zone, List.of()));
        } else {
            chaos.strike(fault);
        }
    }

    /** Until the faults end. */
    private void loseZone(List<String> hosts) {
        for (var machine : sim.world.machines()) {
            if (hosts.contains(machine.address.host())
                    || hosts.contains(sim.world.names.shown(machine.address).host())) {
                sim.world.tell("FAULT", "ZONE_LOST", machine);
                machine.powerOff();
            }
        }
    }

    /** Nobody is a master that all sentinels left name. */
    private boolean isStranded() {
        var named =
                sim.world.sentinels().stream()
                        .filter(Machine::isRunning)
                        .flatMap(s -> s.belief().stream())
                        .map(AnySentinel.Belief::master)
                        .distinct()
                        .toList();
        return named.size() != 1
                || sim.world
                        .dataNodeAt(named.getFirst())
                        .filter(node -> node.isRunning() && node.isMaster())
                        .isEmpty();
    }

    /** Until now: whoever was away meanwhile switches when it is back. */
    private Optional<Duration> toSwitch(long since) {
        var switches = new ArrayList<Long>();
        Optional<Address> first = Optional.empty();
        for (var heard : sim.events()) {
            if (heard.event().name().equals("+switch-master") && heard.at() >= since) {
                var words = heard.event().payload().split(" ", -1);
                var to = new Address(words[3], Integer.parseInt(words[4]));
                if (first.isEmpty() || first.get().equals(to)) {
                    first = Optional.of(to);
                    switches.add(heard.at());
                }
            }
        }
        return switches.stream()
                .max(Long::compare)
                .map(last -> Duration.ofNanos(1000 * (last - since)));
    }
}
