package dev.vedette.sentinel.command;

import java.util.Arrays;

/** The name of a channel, or a pattern: bytes that are equal when they are the same. */
final class ChannelName {
    private final byte[] bytes;

    /**
     * @param bytes belongs to this name from now on
     */
    ChannelName(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelName that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
