package dev.vedette.server.type;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that can be the key of a map: compared by content, never changed. */
public final class Bytes {
    private final byte[] content;
    private final int hash;

    public Bytes(byte[] content) {
        this.content = content;
        this.hash = Arrays.hashCode(content);
    }

    /** The content itself, not a copy: to be read only. */
    public byte[] content() {
        return content;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
