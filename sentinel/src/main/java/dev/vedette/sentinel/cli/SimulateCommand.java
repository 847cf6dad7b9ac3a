package dev.vedette.sentinel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.vedette.sentinel.sim.Fault;
import dev.vedette.sentinel.sim.Study;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** {@code vedette simulate}: what a conf of one's own would do, in virtual time. */
@Command(
        name = "simulate",
        description = {
            "Runs the deployment of a sentinel.conf against faults, in virtual time, with the real"
                    + " sentinels' rules and model data nodes.",
            "Each seed is another moment at which one of the faults strikes. Nothing is connected"
                    + " to, and the conf is only read."
        },
        footer = {
            "",
            "What if zone b goes:",
            "  vedette simulate --conf sentinel.conf --zone b=10.0.0.2,10.0.0.12 --faults"
                    + " ZONE_LOST",
            "",
            "Exit codes: 0 a master was there in every seed; 1 a rule was broken; 2 wrong usage;"
                    + " 6 in some seeds nobody was the master as long as the fault lasted."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

    // picocli puts the real one here before it calls the command.
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--conf",
            required = true,
            paramLabel = "<file>",
            description = "The sentinel.conf, with what it knows of replicas and other sentinels.")
    private @Nullable Path conf;

    @Option(
            names = "--master",
            paramLabel = "<name>",
            description = "Which of its masters; needed when there are several.")
    private @Nullable String master;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "<fault>",
            description =
                    "What strikes, one of them in each seed; all if left out. `--faults help` lists"
                            + " them.")
    private List<String> faultNames = List.of();

    @Option(
            names = "--zone",
            paramLabel = "<name=host,host...>",
            description =
                    "Hosts that go together, for ZONE_LOST; `self` is the sentinel with this conf.")
    private List<String> zoneTexts = List.of();

    @Option(
            names = "--replicas",
            paramLabel = "<n>",
            description = "How many replicas, if the conf knows fewer.")
    private int replicas;

    @Option(
            names = "--sentinels",
            paramLabel = "<n>",
            description = "How many sentinels, if the conf knows fewer.")
    private int sentinels;

    @Option(
            names = "--seeds",
            paramLabel = "<n>",
            description = "How many seeds; ${DEFAULT-VALUE} by default.")
    private long seeds = 100;

    @Option(
            names = "--first",
            paramLabel = "<seed>",
            description = "The first of them; ${DEFAULT-VALUE} by default.")
    private long first = 1;

    @Option(
            names = "--seed",
            paramLabel = "<seed>",
            description = "One seed alone: prints its story, a line an event.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Prints one JSON document instead of words.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (faultNames.contains("help")) {
            for (var fault : Fault.values()) {
                out().println(fault);
            }
            return ExitCode.OK;
        }
        var deployment =
                SimulatedConf.read(conf == null ? Path.of("sentinel.conf") : conf, master)
                        .deployment(replicas, sentinels, zones());
        var study = new Study(deployment, faults());
        if (seed != null) {
            out().print(study.story(seed));
            out().flush();
            return ExitCode.OK;
        }
        var sum = study.run(first, seeds, Runtime.getRuntime().availableProcessors());
        out().println(json ? json(sum) : words(deployment, sum));
        out().flush();
        if (!sum.violations().isEmpty()) {
            return ExitCode.FAILED;
        }
        return sum.stranded().isEmpty() ? ExitCode.OK : ExitCode.UNHEALTHY;
    }

    // ---- what was asked for

    private Set<Fault> faults() {
        if (faultNames.isEmpty()) {
            var all = EnumSet.allOf(Fault.class);
            all.removeIf(fault -> fault == Fault.ZONE_LOST && zoneTexts.isEmpty());
            return all;
        }
        var chosen = EnumSet.noneOf(Fault.class);
        for (var name : faultNames) {
            try {
                chosen.add(Fault.valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_')));
            } catch (IllegalArgumentException _) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + name + "' is no fault; `--faults help` lists them");
            }
        }
        return chosen;
    }

    private Map<String, List<String>> zones() {
        var zones = new LinkedHashMap<String, List<String>>();
        for (var text : zoneTexts) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + text + "' is no zone; write name=host,host, such as b=10.0.0.2,self");
            }
            zones.put(
                    text.substring(0, equals), List.of(text.substring(equals + 1).split(",", -1)));
        }
        return zones;
    }

    // ---- what came of it

    private String words(Study.Deployment deployment, Study.Summary sum) {
        var text = new StringBuilder();
        text.append(
                "%d seeds: master %s, %d replicas, %d sentinels, quorum %d, down-after %d ms,"
                        .formatted(
                                sum.seeds(),
                                deployment.master(),
                                deployment.replicas().size(),
                                deployment.sentinels().size(),
                                deployment.quorum(),
                                deployment.options().downAfter().toMillis()));
        text.append(
                " failover-timeout %d ms%n"
                        .formatted(deployment.options().failoverTimeout().toMillis()));
        new TreeMap<>(sum.faults())
                .forEach((fault, n) -> text.append("  %s: %d times%n".formatted(fault, n)));
        var switches = sum.switches();
        text.append("failovers: %d%n".formatted(sum.failovers()));
        if (!switches.isEmpty()) {
            text.append(
                    "from the fault to the last sentinel's switch: median %s, worst %s (%d times)%n"
                            .formatted(
                                    seconds(switches.get(switches.size() / 2)),
                                    seconds(switches.getLast()),
                                    switches.size()));
        }
        text.append(stranded(sum.stranded()));
        text.append(
                "all well again after the fault: at most %s%n"
                        .formatted(seconds(sum.slowestRecovery())));
        if (sum.violations().isEmpty()) {
            text.append("no rule was broken");
        }
        for (var violation : sum.violations()) {
            text.append(
                    "seed %d broke: %s%n  its story: %s --seed %d%n"
                            .formatted(
                                    violation.seed(), violation.rule(), again(), violation.seed()));
        }
        return text.toString().stripTrailing();
    }

    private String stranded(List<Long> seedsWithout) {
        if (seedsWithout.isEmpty()) {
            return "a master was there in every seed before the fault was over%n".formatted();
        }
        return ("WITHOUT A MASTER as long as the fault lasted: %d times, such as seed %d;"
                        + " its story: %s --seed %d%n")
                .formatted(
                        seedsWithout.size(),
                        seedsWithout.getFirst(),
                        again(),
                        seedsWithout.getFirst());
    }

    private String again() {
        var text = new StringBuilder("vedette simulate --conf ").append(conf);
        if (master != null) {
            text.append(" --master ").append(master);
        }
        if (replicas > 0) {
            text.append(" --replicas ").append(replicas);
        }
        if (sentinels > 0) {
            text.append(" --sentinels ").append(sentinels);
        }
        zoneTexts.forEach(zone -> text.append(" --zone ").append(zone));
        if (!faultNames.isEmpty()) {
            text.append(" --faults ").append(String.join(",", faultNames));
        }
        return text.toString();
    }

    private static String seconds(Duration time) {
        return "%.2f s".formatted(time.toMillis() / 1000.0);
    }

    private static String json(Study.Summary sum) {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("seeds", sum.seeds());
        root.put("failovers", sum.failovers());
        var faults = root.putObject("faults");
        new TreeMap<>(sum.faults()).forEach(faults::put);
        var switches = sum.switches();
        if (!switches.isEmpty()) {
            var times = root.putObject("fault_to_last_switch_ms");
            times.put("median", switches.get(switches.size() / 2).toMillis());
            times.put("worst", switches.getLast().toMillis());
            times.put("count", switches.size());
        }
        root.put("slowest_recovery_ms", sum.slowestRecovery().toMillis());
        var without = root.putArray("seeds_without_master");
        sum.stranded().forEach(without::add);
        var violations = root.putArray("violations");
        for (var violation : sum.violations()) {
            var row = violations.addObject();
            row.put("seed", violation.seed());
            row.put("rule", violation.rule());
        }
        return root.toPrettyString();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
