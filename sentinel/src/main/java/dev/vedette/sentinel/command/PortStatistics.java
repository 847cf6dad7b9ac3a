package dev.vedette.sentinel.command;

/** What the stats section of INFO counts. Event loop only. */
final class PortStatistics {
    private long connections;
    private long rejected;
    private long commands;
    private long errors;

    void connectionAccepted() {
        connections++;
    }

    void connectionRejected() {
        rejected++;
    }

    void commandProcessed() {
        commands++;
    }

    void errorReplied() {
        errors++;
    }

    long connections() {
        return connections;
    }

    long rejected() {
        return rejected;
    }

    long commands() {
        return commands;
    }

    long errors() {
        return errors;
    }
}
