package dev.vedette.protocol.daemon;

import java.nio.file.Path;
import java.util.Optional;

/** The smallest daemon, for {@link DaemonTest}: says when it is ready and why it stops. */
final class DaemonProbe {
    private DaemonProbe() {}

    /**
     * @param args pid file; {@code background} to go there; {@code hang} to refuse to stop
     */
    public static void main(String[] args) throws Exception {
        if (args[1].equals("background") && !Background.entered()) {
            Background.enter();
            return;
        }
        Daemon daemon = Daemon.start(Optional.of(Path.of(args[0])), true);
        daemon.onStopSignal(
                signal -> {
                    System.out.println("stopping on " + signal);
                    if (!args[1].equals("hang")) {
                        daemon.exit(0);
                    }
                });
        daemon.ready();
        System.out.println("ready");
        daemon.awaitExit();
    }
}
