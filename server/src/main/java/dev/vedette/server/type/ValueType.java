package dev.vedette.server.type;

/**
 * The type of a value as TYPE names it. The keyspace stores values as plain objects, so that the
 * common case, a string, costs no wrapper: a {@code byte[]} (never changed once stored) or a {@link
 * GrownString} is a string.
 */
public enum ValueType {
    STRING("string");

    private final String word;

    ValueType(String word) {
        this.word = word;
    }

    /** The word that TYPE and SCAN ... TYPE use. */
    public String word() {
        return word;
    }

    /**
     * The type of a stored value.
     *
     * @throws IllegalArgumentException for an object that no key may hold
     */
    public static ValueType of(Object value) {
        if (value instanceof byte[] || value instanceof GrownString) {
            return STRING;
        }
        throw new IllegalArgumentException("not a value: " + value.getClass());
    }
}
