package dev.vedette.protocol.net;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors;

import java.io.IOException;

/** The system has no socket for us: too many open files, no memory. */
public final class SocketShortage {
    private SocketShortage() {}

    /** The error of the system behind Netty's {@link ChannelException}; others as they are. */
    public static Throwable unwrap(Throwable failure) {
        if (failure instanceof ChannelException) {
            for (var at = failure.getCause(); at != null; at = at.getCause()) {
                if (at instanceof IOException) {
                    return at;
                }
            }
        }
        return failure;
    }

    /** In the system's words, such as {@code Too many open files}. */
    public static String reason(Throwable failure) {
        var root = unwrap(failure);
        var text = String.valueOf(root.getMessage());
        // Netty puts the call and the number before the words: "accept(..) failed with error(-24):
        // ".
        return root instanceof Errors.NativeIoException
                ? text.substring(text.lastIndexOf(": ") + 2)
                : text;
    }
}
