package dev.vedette.protocol.daemon;

import java.nio.file.Path;
import java.util.Optional;

/** The smallest daemon, for {@link DaemonTest}: says when it is ready and why it stops. */
final class DaemonProbe {
    private DaemonProbe() {}

    /**
     * @param args pid file; {@code background} to go there; {@code hang} to refuse to stop, {@code
     *     reluctant} to do it at the second time only
     */
    public static void main(String[] args) throws Exception {
        if (args[1].equals("background") && !Background.entered()) {
            Background.enter();
            return;
        }
        Daemon daemon = Daemon.start(Optional.of(Path.of(args[0])), true);
        daemon.onStopSignal(new Handler(daemon, args[1]));
        daemon.ready();
        System.out.println("ready");
        daemon.awaitExit();
    }

    private static final class Handler implements Daemon.StopHandler {
        private final Daemon daemon;
        private boolean goesOn;

        /**
         * Signals come one after the other: the first is answered before the test sends one more.
         */
        private final boolean hangs;

        Handler(Daemon daemon, String mode) {
            this.daemon = daemon;
            hangs = mode.equals("hang");
            goesOn = mode.equals("reluctant");
        }

        @Override
        public void stop(String signal) {
            System.out.println("stopping on " + signal);
            if (goesOn) {
                goesOn = false;
                daemon.stopGivenUp();
                System.out.println("going on");
            } else if (!hangs) {
                daemon.exit(0);
            }
        }

        @Override
        public void cutShort() {
            System.out.println("cut short");
        }
    }
}
