package dev.vedette.protocol.acl;

/** An error reply to a command about users; its message is the whole line. */
public final class AclRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    public AclRefusal(String line) {
        super(line, null, false, false);
    }

    public String line() {
        return String.valueOf(getMessage());
    }

    /** Without the code before it. */
    public String text() {
        return line().substring(line().indexOf(' ') + 1);
    }
}
