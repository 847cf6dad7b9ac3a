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

/** {@code vedette status}: what one sentinel knows, as tables or as JSON. */
@Command(
        name = "status",
        description = "Shows what a sentinel knows: masters, replicas, peers, quorum.",
        footer = {"", ExitCode.HELP},
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    // picocli puts the real one here before it calls the command.
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "<host:port>",
            converter = AddressText.class,
            description = "The sentinel to ask; 127.0.0.1:26379 if left out.")
    private Address address = AddressText.DEFAULT;

    @Option(names = "--json", description = "Prints one JSON document instead of tables.")
    private boolean json;

    @Option(
            names = "--watch",
            arity = "0..1",
            fallbackValue = "1",
            paramLabel = "<seconds>",
            description = "Asks and prints again every so often (1 s if left out), until Ctrl-C.")
    private double watchSeconds;

    @Option(
            names = "--timeout",
            paramLabel = "<ms>",
            description =
                    "Longest wait for a connection or an answer; ${DEFAULT-VALUE} by default.")
    private int timeoutMillis = 3000;

    @Mixin private Credentials credentials = new Credentials();

    @Override
    public Integer call() throws InterruptedException {
        int exitCode = show();
        while (watchSeconds > 0) {
            Thread.sleep(Duration.ofMillis((long) (watchSeconds * 1000)));
            exitCode = show();
        }
        return exitCode;
    }

    private int show() {
        SentinelView view = ask();
        PrintWriter out = spec.commandLine().getOut();
        if (watchSeconds > 0 && !json && Terminal.isTerminal()) {
            out.print(Terminal.CLEAR);
        }
        out.println(json ? StatusJson.of(view) : String.join("\n", StatusText.lines(view)));
        out.flush();
        return view.isHealthy() ? ExitCode.OK : ExitCode.UNHEALTHY;
    }

    private SentinelView ask() {
        var timeout = Duration.ofMillis(timeoutMillis);
        try (var sentinel = SentinelPeer.connect(address, credentials, timeout)) {
            return sentinel.view();
        }
    }
}
