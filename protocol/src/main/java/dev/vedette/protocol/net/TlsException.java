package dev.vedette.protocol.net;

/** TLS that cannot be set up as asked for. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String directive;
    private final String hint;

    /**
     * @param line what Redis logs of it, with OpenSSL's texts where Redis shows those
     * @param directive the one to blame
     * @param hint a sentence for the operator
     */
    public TlsException(String line, String directive, String hint) {
        super(line, null, false, false);
        this.directive = directive;
        this.hint = hint;
    }

    public String line() {
        return String.valueOf(getMessage());
    }

    public String directive() {
        return directive;
    }

    public String hint() {
        return hint;
    }
}
