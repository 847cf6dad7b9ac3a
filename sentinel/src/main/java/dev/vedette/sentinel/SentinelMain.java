package dev.vedette.sentinel;

import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.ProcessConf;
import dev.vedette.protocol.daemon.Daemon;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.sentinel.conf.SentinelConf;

import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Optional;

/** The program {@code vedette-sentinel}, with the command line of redis-sentinel. */
public final class SentinelMain {
    private static final int FAILURE = 1;

    private SentinelMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        var commandLine = CommandLine.parse(List.of(arguments));
        switch (commandLine.action()) {
            case VERSION -> System.out.println(CommandLine.versionText());
            case HELP -> {
                System.err.print(CommandLine.usage("vedette-sentinel"));
                System.exit(FAILURE);
            }
            case RUN -> run(commandLine);
        }
    }

    private static void run(CommandLine commandLine) throws InterruptedException {
        var directory = WorkingDirectory.ofProcess();
        SentinelConf conf;
        Optional<Daemon> started;
        try {
            conf = SentinelConf.load(commandLine, System.in, directory);
            started = ProcessConf.start(conf.loaded(), commandLine, directory, 'X');
        } catch (ConfException refused) {
            refused.print('X', System.out, System.err);
            System.exit(FAILURE);
            return;
        }
        if (started.isPresent()) {
            serve(conf, started.get());
        }
    }

    private static void serve(SentinelConf conf, Daemon daemon) throws InterruptedException {
        var log = LoggerFactory.getLogger(SentinelMain.class);
        SentinelProcess process;
        try {
            process = SentinelProcess.start(conf, daemon::exit);
        } catch (ConfException refused) {
            refused.redisText().lines().forEach(log::warn);
            System.err.println("hint: " + refused.hint());
            daemon.exit(FAILURE);
            daemon.awaitExit();
            return;
        } catch (StartRefused refused) {
            refused.lines().forEach(log::warn);
            System.err.println("hint: " + refused.hint());
            daemon.exit(FAILURE);
            daemon.awaitExit();
            return;
        }
        daemon.onStopSignal(
                signal -> {
                    log.warn("Received SIG{} scheduling shutdown...", signal);
                    process.stop();
                });
        daemon.ready();
        FailoverRehearsal.start();
        daemon.awaitExit();
    }
}
