package dev.vedette.sentinel.conf;

import dev.vedette.protocol.net.Address;

import io.netty.util.NetUtil;

import java.util.Optional;

/** Hosts as text: IP addresses in the one form that Redis prints, and names. */
public final class HostText {
    private HostText() {}

    /** Empty for anything that is not an IPv4 or IPv6 address: a name is never asked of DNS. */
    public static Optional<String> ip(String host) {
        if (NetUtil.isValidIpV4Address(host)) {
            return Optional.of(host);
        }
        if (host.indexOf('%') >= 0 || host.indexOf('[') >= 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(NetUtil.getByName(host)).map(NetUtil::toAddressString);
    }

    /** An IP address, or with {@code names} also what may be the name of a host. */
    public static Optional<String> usable(String host, boolean names) {
        var ip = ip(host);
        return ip.isPresent() || !names ? ip : Optional.of(host).filter(HostText::mayBeAName);
    }

    /** It stands between commas in hellos and between blanks in events. */
    private static boolean mayBeAName(String host) {
        return !host.isEmpty()
                && host.length() <= Address.MAX_HOST_CHARS
                && host.chars().noneMatch(c -> c <= ' ' || c == ',' || c == ':' || c >= 0x7f);
    }
}
