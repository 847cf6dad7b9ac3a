package dev.vedette.sentinel.cli;

/** What is known of the screen behind standard output. */
final class Terminal {
    /** Cursor to the top left, and everything below it wiped. */
    static final String CLEAR = "\u001b[H\u001b[2J";

    /**
     * Cursor to the top left; each line then wipes its own rest: a redraw that does not flicker.
     */
    static final String HOME = "\u001b[H";

    static final String END_OF_LINE = "\u001b[K";
    static final String END_OF_SCREEN = "\u001b[J";

    private Terminal() {}

    /** Whether a person looks on, rather than a file or a pipe. */
    // NullAway knows the contract of System.console(), Error Prone what today's JDKs do.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
