package dev.vedette.protocol.resp;

/**
 * Takes the commands that a {@link CommandDecoder} reads. All calls come on the event loop of the
 * channel, in the order of the bytes, never one inside another.
 */
public interface CommandSink {
    /**
     * One command. The arrays belong to the taker.
     *
     * @param words at least one
     */
    void command(byte[][] words);

    /**
     * What was available has been decoded: the time to write and flush the replies. It comes once
     * behind any number of commands, and may come without one.
     */
    void readComplete();

    /**
     * The peer broke the protocol. The decoder ignores all that follows; the taker sends the reply,
     * if there is one, and closes the connection. {@link #readComplete} still follows.
     */
    void protocolError(ProtocolError error);

    /** An empty inline line: a replica that loads sends them so that its master sees it live. */
    default void emptyLine() {}
}
