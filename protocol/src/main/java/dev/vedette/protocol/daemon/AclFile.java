package dev.vedette.protocol.daemon;

import static dev.vedette.protocol.conf.AccessDirectives.ACLFILE;
import static dev.vedette.protocol.conf.AccessDirectives.ACL_PUBSUB_DEFAULT;
import static dev.vedette.protocol.conf.AccessDirectives.REQUIREPASS;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.AclFileText;
import dev.vedette.protocol.acl.AclRefusal;
import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.acl.UserLines;
import dev.vedette.protocol.conf.AtomicFile;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.conf.Settings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The users that a daemon starts with, out of its conf or its ACL file; and the way back into that
 * file.
 *
 * @param name as the conf has it, for the errors
 * @param path absolute
 */
public record AclFile(String name, Path path) {
    private static final Logger log = LoggerFactory.getLogger(AclFile.class);

    private static final String BOTH =
            "Configuring Redis with users defined in redis.conf and at the same setting an ACL file"
                + " path is invalid. This setup is very likely to lead to configuration errors and"
                + " security holes, please define either an ACL file or declare users directly in"
                + " your redis.conf, but not both.";

    /**
     * @param directory what a relative path counts from
     */
    public static Optional<AclFile> of(Settings settings, Path directory) {
        var name = settings.get(ACLFILE);
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new AclFile(name, directory.resolve(name)));
    }

    /** The users of the conf or of the file; what needs attention is logged. Blocks for a disk. */
    public static AccessControl users(
            CommandCatalog commands, Settings settings, UserLines lines, Optional<AclFile> file)
            throws ConfException {
        var allChannels = settings.get(ACL_PUBSUB_DEFAULT).equals("allchannels");
        var users = new AccessControl(commands, allChannels);
        users.requirePassword(settings.get(REQUIREPASS));
        if (file.isPresent() && !lines.isEmpty()) {
            throw ConfException.logged(
                    BOTH, "remove aclfile \"" + file.get().name() + "\", or the user lines");
        }
        lines.makeUsers(users).forEach(log::info);
        if (file.isPresent()) {
            load(users, file.get());
        }
        return users;
    }

    private static void load(AccessControl users, AclFile file) throws ConfException {
        var wasOpen = users.isOpen();
        try {
            AclFileText.load(users, file.name(), file.read());
        } catch (AclRefusal refused) {
            throw ConfException.logged(
                    "Aborting Redis startup because of ACL errors: " + refused.text(),
                    "the file is " + file.path());
        }
        if (!wasOpen && users.isOpen()) {
            log.warn(
                    "requirepass has no effect beside aclfile, and {} lets the default user in"
                            + " without a password: write a line \"user default ...\" into it",
                    file.path());
        }
    }

    /** Blocks for a disk. */
    public byte[] read() throws AclRefusal {
        try {
            return Files.readAllBytes(path);
        } catch (IOException unreadable) {
            throw new AclRefusal(
                    "ERR Error loading ACLs, opening file '"
                            + name
                            + "': "
                            + OsError.reason(unreadable));
        }
    }

    /** Replaces the file, durably. Blocks for a disk. */
    public void write(String text) throws IOException {
        AtomicFile.replace(path, ConfText.encode(text));
    }
}
