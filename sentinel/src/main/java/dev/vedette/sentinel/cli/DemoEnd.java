package dev.vedette.sentinel.cli;

import java.io.IOException;
import java.io.PrintWriter;

/** The one way in which a demo ends, whoever ends it: the command itself, Ctrl-C, TERM or HUP. */
final class DemoEnd {
    private final DemoCluster cluster;
    private final PrintWriter out;
    private final boolean keepFolder;

    DemoEnd(DemoCluster cluster, PrintWriter out, boolean keepFolder) {
        this.cluster = cluster;
        this.out = out;
        this.keepFolder = keepFolder;
    }

    /** From now on a signal that ends this JVM ends the cluster first. */
    void onShutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endQuietly(true), "demo-end"));
    }

    /**
     * Ends the processes, once.
     *
     * @param clean whether the logs have nothing more to tell, so that the folder may go
     */
    void now(boolean clean) throws IOException, InterruptedException {
        if (cluster.isClosed()) {
            return;
        }
        int ended = cluster.end();
        boolean remove = clean && !keepFolder;
        if (remove) {
            cluster.removeFolder();
        }
        out.println(
                "ended "
                        + ended
                        + " processes; "
                        + (remove ? "removed " : "left ")
                        + cluster.folder());
        out.flush();
    }

    private void endQuietly(boolean clean) {
        try {
            now(clean);
        } catch (IOException e) {
            out.println("could not tidy up " + cluster.folder() + ": " + e.getMessage());
            out.flush();
        } catch (InterruptedException _) {
            // The JVM is ending; whoever is in a hurry gets their way, and the watchdog its turn.
        }
    }
}
