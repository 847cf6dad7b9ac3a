package dev.vedette.sentinel.cli;

/** Somebody ended the demo (Ctrl-C, TERM) while it was doing something. */
final class DemoClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoClosedException() {
        super("the demo was ended", null, false, false);
    }
}
