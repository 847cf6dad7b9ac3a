package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.cli.FailoverTimeline.Step;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The story of {@code vedette demo --failover}: a writer writes, the master dies, a replica takes
 * over, the old master comes back and follows. It prints each step as it happens.
 */
final class FailoverDemo {
    private static final Duration WRITER_PATIENCE = Duration.ofSeconds(10);
    private static final Duration REJOIN_PATIENCE = Duration.ofSeconds(60);
    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final int WRITES_BEFORE_THE_KILL = 100;

    private final DemoCluster cluster;
    private final ClusterProbe probe;
    private final PrintWriter out;
    private final Address oldMaster;
    private final FailoverTimeline timeline;
    private final Set<Address> switched = new HashSet<>();
    private Optional<Address> newMaster = Optional.empty();

    FailoverDemo(DemoCluster cluster, ClusterProbe probe, PrintWriter out) {
        this.cluster = cluster;
        this.probe = probe;
        this.out = out;
        this.oldMaster = cluster.servers().getFirst().address();
        this.timeline = new FailoverTimeline(oldMaster);
    }

    /** Returns normally only if every step happened and no write was lost that must not be. */
    void run() throws IOException, InterruptedException {
        List<Address> sentinels = cluster.sentinels().stream().map(DemoNode::address).toList();
        try (var events = new EventFeed(sentinels);
                var writer = new DemoWriter(sentinels)) {
            events.awaitSubscribed(WRITER_PATIENCE);
            cluster.await(() -> enoughWrites(writer), WRITER_PATIENCE, "a first hundred writes");
            kill();
            follow(events, writer);
            restart();
            followRejoin(events);
            // Some writes more on the new master, now that everything is back.
            int before = writer.count();
            cluster.await(
                    () ->
                            writer.count() >= before + WRITES_BEFORE_THE_KILL
                                    ? Optional.empty()
                                    : Optional.of("the new master takes no writes"),
                    WRITER_PATIENCE,
                    "a last hundred writes");
            writer.stop();
            cluster.await(probe::problem, REJOIN_PATIENCE, "agreement after the failover");
            out.println();
            ClusterTable.lines(new ClusterTable(cluster, probe).rows(Optional.empty()))
                    .forEach(line -> out.println("  " + line));
            out.println();
            tellWrites(writer);
        }
    }

    private static Optional<String> enoughWrites(DemoWriter writer) {
        return writer.count() >= WRITES_BEFORE_THE_KILL
                ? Optional.empty()
                : Optional.of(writer.count() + " acknowledged");
    }

    private void kill() throws IOException, InterruptedException {
        DemoNode victim = cluster.serverAt(oldMaster);
        long pid = victim.pid();
        long now = System.nanoTime();
        cluster.kill(victim);
        mark(Step.KILLED, now, "master " + oldMaster + ", pid " + pid + ", by SIGKILL");
    }

    /** Until every sentinel names the new master and the writer writes there. */
    private void follow(EventFeed events, DemoWriter writer) throws InterruptedException {
        long deadline = System.nanoTime() + failoverPatience().toNanos();
        int sentinels = cluster.sentinels().size();
        while (switched.size() < sentinels || !timeline.has(Step.FIRST_WRITE)) {
            if (System.nanoTime() > deadline) {
                throw incomplete(
                        "after "
                                + failoverPatience().toSeconds()
                                + " s "
                                + switched.size()
                                + " of "
                                + sentinels
                                + " sentinels have switched");
            }
            listen(events);
            writer.firstElsewhere(oldMaster).ifPresent(write -> markFirstWrite(write, writer));
        }
        out.println(
                timeline.line(
                        System.nanoTime(),
                        "all sentinels agree",
                        newMaster.map(Address::toString).orElse("?") + " is the master"));
        out.flush();
    }

    private void markFirstWrite(DemoWriter.Acknowledged write, DemoWriter writer) {
        long outageMillis =
                writer.lastAt(oldMaster)
                        .map(last -> (write.nanos() - last.nanos()) / 1_000_000)
                        .orElse(0L);
        mark(
                Step.FIRST_WRITE,
                write.nanos(),
                "by " + write.master() + ", after " + outageMillis + " ms without a write");
    }

    /** One failed attempt and its retry fit into this. */
    private Duration failoverPatience() {
        return cluster.plan()
                .downAfter()
                .plus(DemoPlan.FAILOVER_TIMEOUT.multipliedBy(3))
                .plusSeconds(30);
    }

    private void restart() throws IOException {
        DemoNode server = cluster.serverAt(oldMaster);
        cluster.start(server);
        out.println(
                timeline.line(
                        System.nanoTime(),
                        "old master started again",
                        "pid " + server.pid() + "; it still takes itself for a master"));
        out.flush();
    }

    private void followRejoin(EventFeed events) throws InterruptedException {
        long deadline = System.nanoTime() + REJOIN_PATIENCE.toNanos();
        while (!timeline.has(Step.REJOINED)) {
            if (System.nanoTime() > deadline) {
                throw incomplete("the old master is no replica after a minute");
            }
            listen(events);
            Address master = newMaster.orElseThrow();
            if (probe.follows(oldMaster, master)) {
                mark(Step.REJOINED, System.nanoTime(), "of " + master + ", link up");
            }
        }
    }

    private void listen(EventFeed events) throws InterruptedException {
        if (cluster.isClosed()) {
            throw new DemoClosedException();
        }
        SentinelEvent event = events.next(GLANCE);
        for (; event != null; event = events.next(Duration.ZERO)) {
            timeline.accept(event).ifPresent(this::print);
            if (event.channel().equals("+switch-master") && event.concerns(DemoPlan.MASTER_NAME)) {
                switched.add(event.sentinel());
                newMaster = Optional.of(event.newMaster());
            }
            if (event.isAbort()) {
                tell(event, "attempt given up", event.channel() + "; there will be another one");
            } else if (event.isReason()) {
                tell(event, "because", event.detail());
            }
        }
    }

    private void tell(SentinelEvent event, String what, String detail) {
        out.println(timeline.line(event.nanos(), what, detail));
        out.flush();
    }

    private void mark(Step step, long nanos, String detail) {
        timeline.mark(step, nanos, detail).ifPresent(this::print);
    }

    private void print(FailoverTimeline.Entry entry) {
        out.println(timeline.line(entry));
        out.flush();
    }

    private void tellWrites(DemoWriter writer) {
        Address master = newMaster.orElseThrow();
        long lostBefore = writer.missingAt(master, ack -> ack.master().equals(oldMaster));
        long lostAfter = writer.missingAt(master, ack -> !ack.master().equals(oldMaster));
        out.println(
                "writes: "
                        + writer.count()
                        + " acknowledged; missing at the new master: "
                        + lostBefore
                        + " from before the kill, "
                        + lostAfter
                        + " from after it");
        if (lostBefore > 0) {
            out.println(
                    "        (replication is asynchronous: the last writes before a kill may not"
                            + " have reached a replica)");
        }
        if (lostAfter > 0) {
            throw incomplete(lostAfter + " writes are gone that the new master had acknowledged");
        }
        if (!timeline.missing().isEmpty()) {
            throw incomplete("the failover ended, but not all of it was seen");
        }
    }

    private CliException incomplete(String what) {
        String missing =
                timeline.missing().stream().map(Step::label).collect(Collectors.joining(", "));
        return CliException.failed(
                what + (missing.isEmpty() ? "" : "; these steps are missing: " + missing));
    }
}
