package dev.vedette.protocol.net;

/**
 * A host and a port as users write them: the host is an IPv4 address, an IPv6 address without
 * brackets, or a name that has not been resolved. Two addresses are equal when their texts are;
 * this type never asks DNS.
 *
 * @param host never empty, at most 255 characters, without blanks or control characters
 * @param port 0 to 65535; 0 stands for "nobody listens there" and is never connected to
 */
public record Address(String host, int port) {
    /** The longest host that Redis takes (NET_HOST_STR_LEN less its end). */
    public static final int MAX_HOST_CHARS = 255;

    public Address {
        if (host.isEmpty() || host.length() > MAX_HOST_CHARS) {
            throw new IllegalArgumentException(
                    "host must have 1 to " + MAX_HOST_CHARS + " characters, not " + host.length());
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
        }
    }

    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** {@code host:port}, with brackets around an IPv6 host, as Redis prints it. */
    @Override
    public String toString() {
        return isIpv6() ? "[" + host + "]:" + port : host + ":" + port;
    }
}
