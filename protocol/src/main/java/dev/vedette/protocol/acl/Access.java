package dev.vedette.protocol.acl;

/** A word of a command that names something to be protected. */
public sealed interface Access {
    /** Which word of the command, its name being 0. */
    int at();

    /** A key, and what the command does to it. */
    record Key(int at, boolean reads, boolean writes) implements Access {}

    /**
     * A channel.
     *
     * @param pattern whether the word is itself a pattern, as for PSUBSCRIBE
     */
    record Channel(int at, boolean pattern) implements Access {}
}
