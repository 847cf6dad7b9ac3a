package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What host names stand for, as far as we were told: the core never asks DNS. Here alone addresses
 * are compared, and here it is said in what form others see them. A node that is known by its name
 * keeps its identity when the address behind the name changes.
 */
final class NameBook {
    /** The most names that are known; the oldest are forgotten. */
    static final int MAX_NAMES = 4096;

    /** Former addresses of one name that are remembered. */
    private static final int FORMER = 8;

    private final Supplier<SentinelOptions> options;
    private final Map<String, Place> entries =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Place> eldest) {
                    return size() > MAX_NAMES;
                }
            };

    private static final class Place {
        String ip;

        /** Somebody answered there: what a name server tells does not take its place. */
        boolean reached;

        final Deque<String> former = new ArrayDeque<>();

        Place(String ip) {
            this.ip = ip;
        }
    }

    NameBook(Supplier<SentinelOptions> options) {
        this.options = options;
    }

    // ---- what is known

    /**
     * A name server tells that address of it; only where nobody answered yet that counts.
     *
     * @return whether it stood for another before, or was unknown
     */
    boolean resolved(String name, String ip) {
        var entry = entries.get(key(name));
        return (entry == null || !entry.reached) && learn(name, ip);
    }

    /**
     * Somebody answered at that address of it.
     *
     * @return whether it stood for another before, or was unknown
     */
    boolean reached(String name, String ip) {
        boolean news = learn(name, ip);
        var entry = entries.get(key(name));
        if (entry != null) {
            entry.reached = true;
        }
        return news;
    }

    private boolean learn(String name, String ip) {
        var entry = entries.get(key(name));
        if (entry == null) {
            entries.put(key(name), new Place(ip));
            return true;
        }
        if (ip.equals(entry.ip)) {
            return false;
        }
        entry.former.remove(entry.ip);
        entry.former.addLast(entry.ip);
        if (entry.former.size() > FORMER) {
            entry.former.removeFirst();
        }
        entry.ip = ip;
        entry.former.remove(ip);
        return true;
    }

    /** The IP address of a host, absent for a name that nobody resolved yet. */
    Optional<String> ip(String host) {
        return isIp(host)
                ? Optional.of(host)
                : Optional.ofNullable(entries.get(key(host))).map(entry -> entry.ip);
    }

    /** Whether a host can be used at all: names only with {@code resolve-hostnames yes}. */
    boolean usable(String host) {
        return isIp(host) || options.get().resolveHostnames();
    }

    // ---- comparing

    /** Whether both are one process, whether they are told by name or by address. */
    boolean same(Address one, Address other) {
        if (one.equals(other)) {
            return true;
        }
        if (one.port() != other.port()) {
            return false;
        }
        return one.host().equalsIgnoreCase(other.host())
                || ip(one.host())
                        .filter(ip -> ip(other.host()).equals(Optional.of(ip)))
                        .isPresent();
    }

    /** Whether a node, known by its name, once was at that address and is elsewhere now. */
    boolean wasAt(Address node, Address seen) {
        var entry = entries.get(key(node.host()));
        return entry != null
                && node.port() == seen.port()
                && entry.former.contains(seen.host())
                && !same(node, seen);
    }

    // ---- as others see it

    /** In replies, events, hellos and REPLICAOF: by name only with {@code announce-hostnames}. */
    Address shown(Address address) {
        return options.get().announceHostnames() ? address : numeric(address);
    }

    /**
     * Whether others can be told where it is: not an address that a name server alone tells, for
     * they would keep it. (Redis tells them, and they do.)
     */
    boolean tellable(Address address) {
        var entry = entries.get(key(address.host()));
        return entry == null || entry.reached || options.get().announceHostnames();
    }

    /**
     * In the conf: by name as long as names may be read from it. Redis without announce-hostnames
     * writes the address, and finds nobody after a restart of nodes that moved.
     */
    Address saved(Address address) {
        return options.get().resolveHostnames() ? address : numeric(address);
    }

    /** To connect to. */
    Address target(Address address) {
        return saved(address);
    }

    private Address numeric(Address address) {
        return ip(address.host())
                .filter(ip -> !ip.equals(address.host()))
                .map(ip -> new Address(ip, address.port()))
                .orElse(address);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** An IPv4 or IPv6 address, as opposed to a name that must be resolved. */
    static boolean isIp(String host) {
        if (host.indexOf(':') >= 0) {
            return host.chars().allMatch(c -> c == ':' || c == '.' || c == '%' || isHexDigit(c));
        }
        // Asked for every address of every hello: no garbage.
        int dots = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                if (digits == 0) {
                    return false;
                }
                dots++;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9') {
                digits++;
                value = 10 * value + c - '0';
                if (digits > 3 || value > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return dots == 3 && digits > 0;
    }

    private static boolean isHexDigit(int c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }
}
