package dev.vedette.sentinel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of {@code bind}: {@code *} and {@code ::*} are all of IPv4 and of IPv6, a dash in
 * front makes one optional.
 */
final class BindAddresses {
    private static final String ALL_IPV4 = "*";
    private static final String ALL_IPV6 = "::*";

    private BindAddresses() {}

    /**
     * @param name as the conf has it, without the dash
     * @param optional may fail without a word
     */
    record Bind(String name, boolean optional, InetSocketAddress address) {}

    /**
     * @throws UnknownHostException when an address that is not optional cannot be read
     */
    static List<Bind> of(List<String> names, int port) throws UnknownHostException {
        var binds = new ArrayList<Bind>();
        for (var written : names) {
            var optional = written.startsWith("-");
            var name = optional ? written.substring(1) : written;
            // One socket serves both families: the one of IPv4 would be in the way of it.
            if (name.equals(ALL_IPV4) && names.stream().anyMatch(n -> n.endsWith(ALL_IPV6))) {
                binds.add(new Bind(name, optional, new InetSocketAddress(port)));
            } else if (!name.equals(ALL_IPV6) || !names.contains(ALL_IPV4)) {
                add(binds, name, optional, port);
            }
        }
        return binds;
    }

    private static void add(List<Bind> binds, String name, boolean optional, int port)
            throws UnknownHostException {
        var host = name.equals(ALL_IPV4) ? "0.0.0.0" : name.equals(ALL_IPV6) ? "::" : name;
        try {
            binds.add(
                    new Bind(
                            name,
                            optional,
                            new InetSocketAddress(InetAddress.getByName(host), port)));
        } catch (UnknownHostException unknown) {
            if (!optional) {
                throw unknown;
            }
        }
    }
}
