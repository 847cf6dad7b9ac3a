package dev.vedette.protocol.net;

import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;

/** The file of a unix socket: as Redis does it goes before listening begins and when it ends. */
public final class SocketFile {
    private SocketFile() {}

    /** Removes what an earlier process left, if anything. */
    public static void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /**
     * Says who may connect.
     *
     * @param mode as of chmod; 0 leaves it to the umask
     */
    public static void permit(Path file, int mode) throws IOException {
        if (mode == 0) {
            return;
        }
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        var all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            // The values stand in the order of the bits, that of the owner's reading first.
            if ((mode >> (all.length - 1 - i) & 1) != 0) {
                permissions.add(all[i]);
            }
        }
        Files.setPosixFilePermissions(file, permissions);
    }

    /** The file through which a connection came; empty for one from the network. */
    public static Optional<String> of(Channel connection) {
        SocketAddress local = connection.localAddress();
        return switch (local) {
            case DomainSocketAddress file -> Optional.of(file.path());
            case UnixDomainSocketAddress file -> Optional.of(file.getPath().toString());
            case null, default -> Optional.empty();
        };
    }
}
