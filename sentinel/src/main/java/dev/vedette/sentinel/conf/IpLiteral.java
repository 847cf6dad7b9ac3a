package dev.vedette.sentinel.conf;

import io.netty.util.NetUtil;

import java.util.Optional;

/** IP addresses as text, in the one form that Redis prints. */
public final class IpLiteral {
    private IpLiteral() {}

    /** Empty for anything that is not an IPv4 or IPv6 address: a name is never asked of DNS. */
    public static Optional<String> canonical(String host) {
        if (NetUtil.isValidIpV4Address(host)) {
            return Optional.of(host);
        }
        if (host.indexOf('%') >= 0 || host.indexOf('[') >= 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(NetUtil.getByName(host)).map(NetUtil::toAddressString);
    }
}
