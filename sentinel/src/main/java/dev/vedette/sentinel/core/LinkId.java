package dev.vedette.sentinel.core;

/**
 * One attempt at a connection, named by the core. Never used twice in the life of a process: an
 * input from an old connection carries an id that the core has forgotten, and is ignored.
 */
public record LinkId(long number) {
    @Override
    public String toString() {
        return "link-" + number;
    }
}
