package dev.vedette.server.replication;

/** What a replica said of itself by REPLCONF before it asked for the data. Command loop only. */
public final class ReplicaOptions {
    private int listeningPort;

    private String announcedHost = "";
    private boolean takesEndMark;
    private boolean takesNewId;
    private boolean wantsHeartbeat;
    private boolean snapshotOnly;

    public void listeningPort(int port) {
        this.listeningPort = port;
    }

    int listeningPort() {
        return listeningPort;
    }

    public void announcedHost(String host) {
        this.announcedHost = host;
    }

    String announcedHost() {
        return announcedHost;
    }

    /** {@code capa eof}: a snapshot of unknown length, ended by a mark. */
    public void takesEndMark() {
        takesEndMark = true;
    }

    boolean hasEndMark() {
        return takesEndMark;
    }

    /** {@code capa psync2}: +CONTINUE may name another id. */
    public void takesNewId() {
        takesNewId = true;
    }

    boolean hasNewId() {
        return takesNewId;
    }

    /** {@code capa vedette-heartbeat}: a sign of life between commands. */
    public void heartbeatWanted() {
        wantsHeartbeat = true;
    }

    boolean wantsHeartbeat() {
        return wantsHeartbeat;
    }

    /** {@code rdb-only}: no stream behind the snapshot. */
    public void snapshotOnly(boolean only) {
        this.snapshotOnly = only;
    }

    boolean isSnapshotOnly() {
        return snapshotOnly;
    }
}
