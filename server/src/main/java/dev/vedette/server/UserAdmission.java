package dev.vedette.server;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.AclLog;
import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.acl.UserLines;
import dev.vedette.protocol.conf.AccessDirectives;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.daemon.AclFile;
import dev.vedette.server.admin.Config;
import dev.vedette.server.command.Credentials;
import dev.vedette.server.command.Dispatcher;
import dev.vedette.server.session.Session;
import dev.vedette.server.session.Sessions;

import java.util.List;
import java.util.Optional;

/**
 * The users of the conf and of its {@code aclfile}, who follow CONFIG SET; whoever loses rights is
 * shown out. Event loop only.
 */
final class UserAdmission implements AccessControl.Listener {
    private final Credentials credentials;
    private final Sessions sessions;
    private final Dispatcher dispatcher;

    UserAdmission(Credentials credentials, Sessions sessions, Dispatcher dispatcher) {
        this.credentials = credentials;
        this.sessions = sessions;
        this.dispatcher = dispatcher;
    }

    /**
     * @param catalog what rules may name
     * @param userLines the users that stand in the conf
     * @throws ConfException for a line of the file of users that cannot be meant
     */
    void begin(
            CommandCatalog catalog, Config config, UserLines userLines, Optional<AclFile> aclFile)
            throws ConfException {
        var settings = config.settings();
        var users = AclFile.users(catalog, settings, userLines, aclFile);
        var accessLog = new AclLog(settings.get(AccessDirectives.ACLLOG_MAX_LEN));
        users.listener(this);
        credentials.admit(users, accessLog);
        config.userLines(() -> aclFile.isPresent() ? List.of() : users.confLines());
        config.onNewValue(AccessDirectives.REQUIREPASS, users::requirePassword);
        config.onNewValue(AccessDirectives.ACLLOG_MAX_LEN, accessLog::maxEntries);
        config.onNewValue(
                AccessDirectives.ACL_PUBSUB_DEFAULT,
                rights -> users.newUsersHaveAllChannels(rights.equals("allchannels")));
    }

    @Override
    public void channelsChanged(User user) {
        for (var session : sessions.snapshot()) {
            if (session.user() == user && !session.mayListen()) {
                showOut(session);
            }
        }
    }

    @Override
    public void deleted(User user) {
        for (var session : sessions.snapshot()) {
            if (session.user() == user) {
                credentials.greet(session);
                session.authenticated(false);
                showOut(session);
            }
        }
    }

    /** Who asked for it has the reply first. */
    private void showOut(Session session) {
        if (session == dispatcher.current()) {
            session.closeAfterReplies();
        } else {
            session.kill();
        }
    }
}
