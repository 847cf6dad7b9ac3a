package dev.vedette.protocol.acl;

/**
 * Why somebody was turned away.
 *
 * @param object the command, key, channel, or command of authentication that it was about
 */
public record Denial(Reason reason, String object) {

    /** In the order of their weight: what came furthest is told. */
    public enum Reason {
        COMMAND("command"),
        KEY("key"),
        AUTH("auth"),
        CHANNEL("channel");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** As ACL LOG shows it. */
        public String word() {
            return word;
        }
    }

    /** The error reply. */
    public String line() {
        return switch (reason) {
            case COMMAND ->
                    "NOPERM this user has no permissions to run the '" + object + "' command";
            case KEY ->
                    "NOPERM this user has no permissions to access one of the keys used as"
                            + " arguments";
            case CHANNEL ->
                    "NOPERM this user has no permissions to access one of the channels used as"
                            + " arguments";
            case AUTH -> AccessControl.WRONG_PASSWORD;
        };
    }

    /** What ACL DRYRUN answers. */
    String explained() {
        return reason == Reason.COMMAND
                ? "This user has no permissions to run the '" + object + "' command"
                : "This user has no permissions to access the '" + object + "' " + reason.word();
    }
}
