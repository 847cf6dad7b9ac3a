package dev.vedette.server.replication;

/** A place where propagated commands go: the replication stream, a file. Event loop only. */
public interface PropagationSink {
    /** The number of no database: a command that needs no SELECT before it. */
    int NO_DB = -1;

    /** Whether commands are wanted now; asked when a unit ends, before any of its commands. */
    boolean wantsCommands();

    /** Whether this sink takes messages that are no change of the data set. */
    boolean wantsMessages();

    /**
     * The next command, in the very order of execution.
     *
     * @param db the database that it belongs to, or {@link #NO_DB}
     */
    void command(int db, byte[][] words);
}
