package dev.vedette.sentinel.core;

/** What a text must not hold that goes into the conf, into hellos or to scripts. */
public final class Texts {
    private Texts() {}

    /** A line feed could add a line of its own to a file; a NUL ends the text for Redis. */
    public static boolean holdsControls(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f);
    }
}
