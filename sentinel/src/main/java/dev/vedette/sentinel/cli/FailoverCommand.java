package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code vedette failover}: orders a failover and tells how it went. */
@Command(
        name = "failover",
        description = {
            "Makes a replica the new master, without a majority of the sentinels.",
            "Prints each event until the switch is done. Writes that the old master accepted and"
                    + " had not yet sent to the replica are lost, as with any SENTINEL FAILOVER."
        },
        footer = {"", ExitCode.HELP},
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class FailoverCommand implements Callable<Integer> {
    private static final Duration REASON_PATIENCE = Duration.ofMillis(200);

    // picocli puts the real one here before it calls the command.
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "<master>", description = "Name of the master, as in sentinel.conf.")
    private String master = "";

    @Option(
            names = "--sentinel",
            paramLabel = "<host:port>",
            converter = AddressText.class,
            description = "The sentinel that leads it; 127.0.0.1:26379 if left out.")
    private Address address = AddressText.DEFAULT;

    @Option(
            names = "--wait",
            paramLabel = "<seconds>",
            description =
                    "Longest wait for the switch; ${DEFAULT-VALUE} by default. 0 returns at once.")
    private int waitSeconds = 60;

    @Option(
            names = "--timeout",
            paramLabel = "<ms>",
            description =
                    "Longest wait for a connection or an answer; ${DEFAULT-VALUE} by default.")
    private int timeoutMillis = 3000;

    @Mixin private Credentials credentials = new Credentials();

    @Override
    public Integer call() {
        var timeout = Duration.ofMillis(timeoutMillis);
        try (var sentinel = SentinelPeer.connect(address, credentials, timeout)) {
            Address before = sentinel.master(master).address();
            if (waitSeconds == 0) {
                sentinel.failover(master);
                out().println("ordered: a replica of " + master + " takes over from " + before);
                return ExitCode.OK;
            }
            try (var events = EventSubscription.open(address, credentials, timeout)) {
                sentinel.failover(master);
                return follow(events, before);
            }
        }
    }

    /** The sentinel that accepted the order leads it, so its own events tell the whole story. */
    private int follow(EventSubscription events, Address before) {
        long start = System.nanoTime();
        long deadline = start + Duration.ofSeconds(waitSeconds).toNanos();
        for (long now = start; now < deadline; now = System.nanoTime()) {
            SentinelEvent event = events.next(Duration.ofNanos(deadline - now));
            if (event == null || !event.concerns(master)) {
                continue;
            }
            out().printf("%6d ms  %s%n", (event.nanos() - start) / 1_000_000, event.text());
            out().flush();
            if (event.channel().equals("+switch-master")) {
                out().println(master + " is now " + event.newMaster() + " (was " + before + ")");
                return ExitCode.OK;
            }
            if (event.isAbort()) {
                throw CliException.failed(
                        "the failover of '"
                                + master
                                + "' was given up: "
                                + event.channel()
                                + reason(events));
            }
        }
        throw CliException.failed(
                "no switch within "
                        + waitSeconds
                        + " s; it may still come: `vedette status "
                        + address
                        + "` shows it");
    }

    /** A sentinel of ours says it at once behind the abort; one of Redis says nothing. */
    private String reason(EventSubscription events) {
        long deadline = System.nanoTime() + REASON_PATIENCE.toNanos();
        for (long left = REASON_PATIENCE.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            SentinelEvent event = events.next(Duration.ofNanos(left));
            if (event != null && event.isReason() && event.concerns(master)) {
                return " (" + event.detail() + ")";
            }
        }
        return "";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
