package dev.vedette.sentinel.script;

/**
 * How a script ended.
 *
 * @param signal the signal that killed it, 0 if none did
 * @param code its exit code, 0 if it was killed
 */
record ScriptExit(int signal, int code) {
    /** What Redis reports when it could not even fork. */
    static final ScriptExit NOT_STARTED = new ScriptExit(99, 0);

    /** What the shell, and so Redis's forked child, says when the file cannot be executed. */
    static final ScriptExit NOT_EXECUTABLE = new ScriptExit(0, 2);

    /** The JDK adds this to the number of the signal that ended a process. */
    private static final int SIGNAL_BASE = 128;

    private static final int LAST_SIGNAL = 64;

    /**
     * A script that itself exits with 129 to 192 cannot be told from one that was killed; it is
     * tried again, as its shell says that a child of it was killed.
     */
    static ScriptExit ofExitValue(int value) {
        return value > SIGNAL_BASE && value <= SIGNAL_BASE + LAST_SIGNAL
                ? new ScriptExit(value - SIGNAL_BASE, 0)
                : new ScriptExit(0, value);
    }

    boolean success() {
        return signal == 0 && code == 0;
    }

    /** Exit code 1 asks to be run again, and who was killed could not ask. */
    boolean mayRetry() {
        return (signal != 0 && !equals(NOT_STARTED)) || code == 1;
    }
}
