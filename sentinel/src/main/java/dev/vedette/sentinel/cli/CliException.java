package dev.vedette.sentinel.cli;

/** Ends a command with one line for the person who typed it, and an {@link ExitCode}. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CliException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    static CliException failed(String message) {
        return new CliException(ExitCode.FAILED, message);
    }
}
