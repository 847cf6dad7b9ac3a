package dev.vedette.sentinel.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * {@code vedette demo}: a whole small cluster of real processes, for as long as one looks at it.
 */
@Command(
        name = "demo",
        description = {
            "Starts a master, replicas and sentinels on this machine and shows what they do.",
            "Ctrl-C ends all of them. With --failover it kills the master, prints how a replica"
                    + " takes over, and ends with 0 only if all of it happened."
        },
        footer = {"", ExitCode.HELP},
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final int MOST_NODES = 50;

    // picocli puts the real one here before it calls the command.
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--failover",
            description = "Kills the master while a writer writes, prints the timeline, and ends.")
    private boolean failover;

    @Option(
            names = "--port",
            paramLabel = "<port>",
            description =
                    "Port of the first server; the others follow, the sentinels stand 20000"
                            + " higher. ${DEFAULT-VALUE} by default; if taken, others are chosen.")
    private int port = DemoPorts.DEFAULT_BASE;

    @Option(
            names = "--replicas",
            paramLabel = "<n>",
            description = "How many replicas; ${DEFAULT-VALUE} by default.")
    private int replicas = 2;

    @Option(
            names = "--sentinels",
            paramLabel = "<n>",
            description = "How many sentinels; ${DEFAULT-VALUE} by default.")
    private int sentinels = 3;

    @Option(
            names = "--down-after",
            paramLabel = "<ms>",
            description =
                    "Silence after which a sentinel takes the master for down; ${DEFAULT-VALUE} by"
                            + " default.")
    private int downAfterMillis = 2000;

    @Option(
            names = "--dir",
            paramLabel = "<folder>",
            description =
                    "Where confs, data and logs go, and stay; a temporary folder if left out.")
    private @Nullable Path dir;

    @Option(names = "--keep", description = "Leaves the temporary folder when the demo ends.")
    private boolean keep;

    @Option(
            names = "--server-command",
            paramLabel = "<command>",
            description =
                    "Runs this as the server, such as 'redis-server {conf}'; vedette-server if left"
                            + " out.")
    private @Nullable String serverCommand;

    @Option(
            names = "--sentinel-command",
            paramLabel = "<command>",
            description =
                    "Runs this as the sentinel, such as 'redis-sentinel {conf}'; vedette-sentinel"
                            + " if left out.")
    private @Nullable String sentinelCommand;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOptions();
        DemoPlan plan = plan();
        DemoCluster cluster = DemoCluster.prepare(createFolder(), plan);
        var end = new DemoEnd(cluster, out(), dir != null || keep);
        end.onShutdown();
        try (var probe = new ClusterProbe(cluster)) {
            introduce(cluster);
            startAll(cluster, probe);
            if (failover) {
                new FailoverDemo(cluster, probe, out()).run();
                out().println("The failover is complete.");
                end.now(true);
                return ExitCode.OK;
            }
            new LiveDemo(cluster, probe, out()).run();
            return ExitCode.OK;
        } catch (DemoClosedException _) {
            // Ctrl-C or TERM: the shutdown hook ends everything, and then this JVM.
            return ExitCode.FAILED;
        } catch (CliException e) {
            end.now(false);
            throw CliException.failed(e.getMessage() + "\nThe logs are in " + cluster.folder());
        } finally {
            end.now(false);
        }
    }

    private void checkOptions() {
        check(port >= 1 && port <= DemoPorts.MAX_BASE, "--port must be 1 to " + DemoPorts.MAX_BASE);
        check(replicas >= 0 && replicas <= MOST_NODES, "--replicas must be 0 to " + MOST_NODES);
        check(sentinels >= 1 && sentinels <= MOST_NODES, "--sentinels must be 1 to " + MOST_NODES);
        check(downAfterMillis >= 1, "--down-after must be at least 1 ms");
        check(!failover || replicas > 0, "--failover needs a replica that can take over");
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private DemoPlan plan() {
        var wanted = new DemoPorts(port, replicas + 1, sentinels);
        DemoPorts free = wanted.firstFree(DemoPorts::isFree);
        if (free.base() != port) {
            out().println("ports from " + port + " on are taken; using " + free.base() + " and up");
        }
        return new DemoPlan(
                free,
                Duration.ofMillis(downAfterMillis),
                command(serverCommand, "vedette-server"),
                command(sentinelCommand, "vedette-sentinel"));
    }

    private static CommandTemplate command(@Nullable String named, String launcher) {
        return named == null
                ? CommandTemplate.launcher(Installation.launcher(launcher))
                : CommandTemplate.parse(named);
    }

    private Path createFolder() throws IOException {
        return dir == null
                ? Files.createTempDirectory("vedette-demo-")
                : Files.createDirectories(dir).toAbsolutePath();
    }

    private void introduce(DemoCluster cluster) {
        out().println(
                        "Vedette demo: 1 master, "
                                + count(replicas, "replica")
                                + ", "
                                + count(sentinels, "sentinel")
                                + " (quorum "
                                + cluster.plan().quorum()
                                + ")");
        out().println("folder: " + cluster.folder() + " (a conf and a log for each process)");
        out().flush();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void startAll(DemoCluster cluster, ClusterProbe probe)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        cluster.start(probe);
        out().printf(
                        "started %d processes, all linked after %.1f s%n%n",
                        cluster.processCount(), (System.nanoTime() - start) / 1e9);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
