package dev.vedette.server.session;

/** What a blocked session waits for. */
public interface Blocking {
    /** The session is over: forget it, without a reply. */
    void cancelled();

    /**
     * The role of this server changed, or an operator says so: reply something and let it go.
     *
     * @param error the error line to reply, or an empty one for the reply of a timeout
     */
    void force(String error);
}
