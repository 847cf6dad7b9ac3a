package dev.vedette.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hosts on one bridge, each behind a cable of its own (veth), and what can be wrong between them.
 * The bridge lies in a host that no test runs in; the machine itself has no interface here. What is
 * lost is lost at the packet filter of its receiver, or of the sender where it reaches nobody.
 */
final class Lab implements AutoCloseable {
    static final String HUB_IP = "10.77.0.254";
    private static final int RELAY_PORT = 16_379;
    private static final List<String> PROGRAMS =
            List.of("ip", "nft", "unshare", "nsenter", "mount", "redis-server", "redis-cli");

    private final Host hub = Host.hub();
    private final List<Host> hosts = new ArrayList<>();
    private final Map<Host, Filter> filters = new HashMap<>();
    private final List<Helper> relays = new ArrayList<>();

    /** What the packet filter of a host does, as rules of nftables. */
    private record Filter(List<String> in, List<String> out, List<String> redirect) {
        Filter() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        boolean isEmpty() {
            return in.isEmpty() && out.isEmpty() && redirect.isEmpty();
        }

        /** The whole of it, in place of what was there. */
        String script() {
            return """
            add table inet faults
            delete table inet faults
            table inet faults {
              chain arriving {
                type filter hook input priority 0
                iifname lo accept
                %s
              }
              chain leaving {
                type filter hook output priority 0
                oifname lo accept
                %s
              }
            """
                            .formatted(String.join("\n", in), String.join("\n", out))
                    + relayed()
                    + "}\n";
        }

        private String relayed() {
            return redirect.isEmpty()
                    ? ""
                    : """
                      chain relayed {
                        type nat hook prerouting priority -100
                        %s
                      }
                    """
                            .formatted(String.join("\n", redirect));
        }
    }

    /** Hosts of these names, with addresses from 10.77.0.1 on in their order. */
    Lab(List<String> names) {
        try {
            names.forEach(name -> hosts.add(hub.another(name)));
            connect();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** What is missing to make one, and how to get it. */
    static Optional<String> missing() {
        var absent = new ArrayList<>(PROGRAMS.stream().filter(p -> !Tool.isInstalled(p)).toList());
        if (FakeClock.library().isEmpty()) {
            absent.add("libfaketime");
        }
        if (!absent.isEmpty()) {
            return Optional.of(
                    String.join(", ", absent)
                            + ": apt-get install iproute2 nftables libfaketime redis-server");
        }
        try (var host = Host.hub()) {
            host.shell("ip link add probe type bridge", "nft add table inet probe");
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(
                    "the right to make network namespaces and packet filters, as root has it: "
                            + e.getMessage());
        }
    }

    private void connect() {
        var lines = new ArrayList<String>();
        lines.add("ip link set lo up");
        lines.add("ip link add lab type bridge");
        lines.add("ip addr add " + HUB_IP + "/24 dev lab");
        lines.add("ip link set lab up");
        for (Host host : hosts) {
            lines.add(
                    "ip link add %s type veth peer name eth0 netns %s"
                            .formatted(cable(host), host.pid()));
            lines.add("ip link set " + cable(host) + " master lab up");
        }
        hub.shell(lines.toArray(String[]::new));
        for (Host host : hosts) {
            host.shell(
                    "ip link set lo up",
                    "ip addr add " + ip(host) + "/24 dev eth0",
                    "ip link set eth0 up");
            filters.put(host, new Filter());
        }
    }

    private static String cable(Host host) {
        return "to-" + host.name();
    }

    Host hub() {
        return hub;
    }

    Host host(String name) {
        return hosts.stream().filter(h -> h.name().equals(name)).findFirst().orElseThrow();
    }

    String ip(Host host) {
        return "10.77.0." + (hosts.indexOf(host) + 1);
    }

    // ---- faults

    /** What one sends the other never gets; the way back stays open. */
    void cutOneWay(Collection<Host> from, Collection<Host> to) {
        for (Host receiver : to) {
            from.forEach(sender -> filter(receiver).in.add("ip saddr " + ip(sender) + " drop"));
            apply(receiver);
        }
    }

    void cut(Collection<Host> side, Collection<Host> other) {
        cutOneWay(side, other);
        cutOneWay(other, side);
    }

    /** It hears nothing. */
    void deafen(Host host) {
        filter(host).in.add("drop");
        apply(host);
    }

    /** Nobody hears it. */
    void mute(Host host) {
        filter(host).out.add("drop");
        apply(host);
    }

    /** Whatever is sent to it and by it vanishes. */
    void blackHole(Host host) {
        filter(host).in.add("drop");
        filter(host).out.add("drop");
        apply(host);
    }

    /** Whoever asks for a connection is refused, and the connections that are there are reset. */
    void refuse(Host host) {
        filter(host).in.add("meta l4proto tcp reject with tcp reset");
        apply(host);
    }

    /** One packet in so many is lost, in each direction. */
    void lose(Host host, int percent) {
        String rule = "numgen random mod 100 < " + percent + " drop";
        filter(host).in.add(rule);
        filter(host).out.add(rule);
        apply(host);
    }

    /** The cable is pulled. */
    void unplug(Host host) {
        hub.shell("ip link set " + cable(host) + " down");
    }

    void plug(Host host) {
        hub.shell("ip link set " + cable(host) + " up");
    }

    /**
     * What is said on connections to this port, and answered, is late by this. Connections that are
     * there already are reset: a relay takes the place of the host.
     */
    void delay(Host host, int port, Duration delay) {
        int relayPort = RELAY_PORT + relays.size();
        relays.add(
                Helper.start(
                        host,
                        Forwarder.class,
                        ip(host),
                        Integer.toString(relayPort),
                        Integer.toString(port),
                        Long.toString(delay.toMillis())));
        filter(host).redirect.add("tcp dport " + port + " redirect to :" + relayPort);
        apply(host);
    }

    /** Ends all of it. */
    void heal() {
        for (Host host : hosts) {
            if (!filter(host).isEmpty()) {
                filters.put(host, new Filter());
                apply(host);
            }
        }
        hub.shell(
                hosts.stream()
                        .map(host -> "ip link set " + cable(host) + " up")
                        .toArray(String[]::new));
        relays.forEach(Helper::close);
        relays.clear();
    }

    private Filter filter(Host host) {
        var filter = filters.get(host);
        if (filter == null) {
            throw new IllegalArgumentException(host.name() + " is no host of this lab");
        }
        return filter;
    }

    private void apply(Host host) {
        var result =
                Tool.run(
                        Path.of("/"),
                        filter(host).script(),
                        host.inside(List.of("nft", "-f", "-")));
        if (result.exitCode() != 0) {
            throw new AssertionError(filter(host).script() + result);
        }
    }

    @Override
    public void close() {
        relays.forEach(Helper::close);
        hosts.forEach(Host::close);
        hub.close();
    }
}
