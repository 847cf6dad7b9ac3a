package dev.vedette.protocol.conf;

/** Takes the statements of a configuration one after the other. */
@FunctionalInterface
public interface StatementHandler {
    /**
     * @throws BadDirective to refuse it; the reader adds the place
     * @throws ConfException to refuse with a place or a form of its own
     */
    void accept(Statement statement) throws BadDirective, ConfException;
}
