package dev.vedette.protocol.acl;

/**
 * One user. Sessions hold on to it: when its rules change, they have the new rights with their next
 * command.
 */
public final class User {
    public static final String DEFAULT = "default";

    private final String name;
    private Rights rights;

    User(String name, Rights rights) {
        this.name = name;
        this.rights = rights;
    }

    public String name() {
        return name;
    }

    Rights rights() {
        return rights;
    }

    void rights(Rights newRights) {
        rights = newRights;
    }

    /** Whether this user may still listen there. */
    public boolean mayListenTo(byte[] channel, boolean isPattern) {
        return rights.allowChannel(channel, isPattern);
    }

    /** The line of ACL LIST, of an ACL file and of a conf. */
    String line() {
        return "user " + name + " " + rights.text();
    }

    @Override
    public String toString() {
        return name;
    }
}
