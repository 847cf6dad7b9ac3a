package dev.vedette.sentinel.conf;

import dev.vedette.protocol.conf.BadDirective;
import dev.vedette.sentinel.core.SentinelState;

import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a sentinel may tell the others as its address: never the wildcard, and a loopback address
 * only to sentinels of this machine. Redis announces both, and discovery fails in silence. Names
 * are not looked up for it.
 */
final class AnnounceRule {
    private AnnounceRule() {}

    /** What {@code announce-ip} says. */
    static void checkValue(String announced) throws BadDirective {
        if (announced.equals("*")
                || literal(announced).filter(InetAddress::isAnyLocalAddress).isPresent()) {
            throw new BadDirective(
                    "announce-ip " + announced + " is the address of no machine.",
                    "write the address at which the other sentinels reach this one; without the"
                            + " line the address of each connection is announced");
        }
    }

    /**
     * Who is elsewhere and would be told a loopback address, for a master with its sentinels.
     *
     * @param announced {@code announce-ip}; without it a master at a loopback address makes us
     *     announce one
     */
    static Optional<BadDirective> check(Optional<String> announced, SentinelState.Master master) {
        var ours = announced.orElse(master.address().host());
        if (!loopback(ours)) {
            return Optional.empty();
        }
        return Stream.concat(
                        Stream.of(master.address().host()),
                        master.peers().stream().map(peer -> peer.address().host()))
                .filter(host -> !isHere(host))
                .findFirst()
                .map(
                        elsewhere ->
                                new BadDirective(
                                        "this sentinel would announce itself as "
                                                + ours
                                                + " to "
                                                + elsewhere
                                                + ", which is another machine.",
                                        "write: sentinel announce-ip <the address at which the"
                                                + " others reach this machine>"));
    }

    private static boolean loopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** A name is given the benefit of the doubt. */
    private static boolean isHere(String host) {
        var address = literal(host);
        if (address.isEmpty() || address.get().isLoopbackAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address.get()) != null;
        } catch (SocketException unknown) {
            return true;
        }
    }

    private static Optional<InetAddress> literal(String host) {
        return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(host));
    }
}
