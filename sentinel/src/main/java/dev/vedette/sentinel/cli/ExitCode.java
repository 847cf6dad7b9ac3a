package dev.vedette.sentinel.cli;

/**
 * What {@code vedette} ends with. Scripts depend on these numbers: they are listed in
 * docs/operations.md and never change their meaning.
 */
final class ExitCode {
    static final int OK = 0;

    /** The sentinel answered, and what was asked for could not be done. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    static final int CANNOT_CONNECT = 3;
    static final int NO_SUCH_MASTER = 4;
    static final int NOT_AUTHORISED = 5;

    /** {@code status} could be told, and it is bad: a master is down or has no quorum. */
    static final int UNHEALTHY = 6;

    static final String HELP =
            """
            Exit codes: 0 done; 1 it could not be done; 2 wrong usage; 3 cannot connect;
            4 no such master; 5 password missing or wrong; 6 a master is down or lacks its quorum.\
            """;

    private ExitCode() {}
}
