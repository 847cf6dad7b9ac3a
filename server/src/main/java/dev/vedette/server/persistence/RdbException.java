package dev.vedette.server.persistence;

/** An RDB file, transfer or DUMP payload that cannot be taken, and why. */
public class RdbException extends Exception {
    private static final long serialVersionUID = 1L;

    public RdbException(String message) {
        super(message);
    }
}
