package dev.vedette.server.command;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.AclLog;
import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.acl.Denial;
import dev.vedette.protocol.acl.User;
import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.info.Stats;
import dev.vedette.server.session.ClientLine;
import dev.vedette.server.session.Session;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Who may come in, and what they may do: the users in front of the sessions (Redis acl.c,
 * authCommand and ACLCheckAllPerm). Event loop only.
 */
public final class Credentials {
    private final Stats stats;
    private AccessControl users = new AccessControl(CommandCatalog.of(List::of), false);
    private AclLog log = new AclLog(0);

    public Credentials(Stats stats) {
        this.stats = stats;
    }

    /** Before anybody comes: who is let in, and where it is noted who is not. */
    public void admit(AccessControl newUsers, AclLog newLog) {
        this.users = newUsers;
        this.log = newLog;
    }

    AccessControl users() {
        return users;
    }

    AclLog log() {
        return log;
    }

    public boolean hasPassword() {
        return users.needsPassword();
    }

    /** Makes the session that of somebody who has just come. */
    public void greet(Session session) {
        session.user(users.defaultUser());
        session.authenticated(users.isOpen());
    }

    boolean mayTalk(Session session) {
        return session.isAuthenticated() || users.isOpen();
    }

    /**
     * Lets the session in, or says that it may not.
     *
     * @param command how AUTH or HELLO was written
     */
    boolean authenticate(Session session, byte[] command, byte[] name, byte[] password) {
        var user = users.authenticate(name, password);
        if (user.isEmpty()) {
            var denial = new Denial(Denial.Reason.AUTH, ConfText.decode(command));
            note(session, denial, ConfText.decode(name));
            return false;
        }
        session.user(user.get());
        session.authenticated(true);
        return true;
    }

    /** Why the session may not say this command, or null; noted. */
    @Nullable String refusal(Session session, Command command, byte[][] words) {
        if (command.has(Flag.NO_AUTH)) {
            return null;
        }
        if (!mayTalk(session)) {
            return AccessControl.LOGIN_REQUIRED;
        }
        return denied(session, command, words).map(Denial::line).orElse(null);
    }

    /** Why the session's user may not say this command; noted. */
    Optional<Denial> denied(Session session, Command command, byte[][] words) {
        var user = userOf(session);
        var denial = users.check(user, command.name(), words);
        denial.ifPresent(why -> note(session, why, user.name()));
        return denial;
    }

    /** Sessions of our own, such as that of our master, are nobody's. */
    User userOf(Session session) {
        var user = session.user();
        return user == null ? users.defaultUser() : user;
    }

    private void note(Session session, Denial denial, String user) {
        stats.countDenied(denial.reason());
        // A line's names are bytes, one character each.
        var line = ClientLine.of(session, System.nanoTime()).getBytes(StandardCharsets.ISO_8859_1);
        log.add(
                denial,
                session.transaction() == null ? "toplevel" : "multi",
                user,
                ConfText.decode(line),
                System.currentTimeMillis());
    }
}
