package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads an address as a person types it: {@code host}, {@code host:port}, {@code :port}, {@code
 * ::1}, {@code [::1]:port}. What is left out comes from {@link #DEFAULT}.
 */
final class AddressText implements ITypeConverter<Address> {
    static final Address DEFAULT = new Address("127.0.0.1", 26379);

    @Override
    public Address convert(String text) {
        try {
            return parse(text.strip());
        } catch (IllegalArgumentException _) {
            throw new TypeConversionException(
                    "'" + text + "' is not an address; write host:port, such as " + DEFAULT);
        }
    }

    private static Address parse(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return withPort(text.substring(1, end < 0 ? 1 : end), text.substring(end + 1));
        }
        int colon = text.indexOf(':');
        if (colon < 0 || colon != text.lastIndexOf(':')) {
            return new Address(text, DEFAULT.port());
        }
        String host = colon == 0 ? DEFAULT.host() : text.substring(0, colon);
        return withPort(host, text.substring(colon));
    }

    private static Address withPort(String host, String colonAndPort) {
        if (colonAndPort.isEmpty()) {
            return new Address(host, DEFAULT.port());
        }
        if (!colonAndPort.matches(":[0-9]{1,5}")) {
            throw new IllegalArgumentException("no port in " + colonAndPort);
        }
        int port = Integer.parseInt(colonAndPort, 1, colonAndPort.length(), 10);
        if (port == 0) {
            throw new IllegalArgumentException("nobody listens on port 0");
        }
        return new Address(host, port);
    }
}
