package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

/**
 * When two addresses are the same instance, and what an address is. The only place that compares:
 * names that resolve to one address will be told here.
 */
final class AddressRule {
    private AddressRule() {}

    static boolean same(Address one, Address other) {
        return one.equals(other);
    }

    /** An IPv4 or IPv6 address, as opposed to a name that must be resolved. */
    static boolean isIp(String host) {
        if (host.indexOf(':') >= 0) {
            return host.chars().allMatch(c -> c == ':' || c == '.' || c == '%' || isHexDigit(c));
        }
        var parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (var part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || !part.chars().allMatch(c -> c >= '0' && c <= '9')
                    || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHexDigit(int c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }
}
