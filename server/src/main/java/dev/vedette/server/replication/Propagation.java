package dev.vedette.server.replication;

/**
 * The one path by which changes leave the command loop. What happens between {@link #beginUnit} and
 * its {@link #endUnit} is one unit: replicas and files get all of it or nothing of it. Units nest;
 * only the outermost counts. Event loop only.
 */
public interface Propagation {
    void beginUnit();

    /**
     * A change of the data set, as a command that has the same effect wherever and whenever it
     * runs.
     *
     * @param words kept as they are; must not change afterwards
     */
    void command(int db, byte[][] words);

    /** A message that replicas must hear, but that is no change of the data set (PUBLISH). */
    void message(int db, byte[][] words);

    void endUnit();
}
