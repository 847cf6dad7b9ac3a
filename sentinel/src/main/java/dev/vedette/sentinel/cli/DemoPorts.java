package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The ports of a demo: servers from {@code base} on, sentinels 20000 above, as 6379 and 26379 are.
 */
record DemoPorts(int base, int serverCount, int sentinelCount) {
    static final String HOST = "127.0.0.1";
    static final int DEFAULT_BASE = 7379;
    static final int SENTINEL_DISTANCE = 20_000;

    /** Room for the sentinels' ports below 65536, and for the next base. */
    static final int MAX_BASE = 45_000;

    private static final int STEP = 100;

    /** These ports, or the next such ports of which none is taken. */
    DemoPorts firstFree(IntPredicate isFree) {
        return Stream.iterate(this, ports -> ports.base <= MAX_BASE, DemoPorts::next)
                .filter(ports -> ports.all().allMatch(isFree))
                .findFirst()
                .orElseThrow(
                        () ->
                                CliException.failed(
                                        "no free ports between "
                                                + base
                                                + " and "
                                                + MAX_BASE
                                                + "; name others with --port"));
    }

    private DemoPorts next() {
        return new DemoPorts(base + STEP, serverCount, sentinelCount);
    }

    private IntStream all() {
        return IntStream.concat(
                IntStream.range(base, base + serverCount),
                IntStream.range(0, sentinelCount).map(i -> base + SENTINEL_DISTANCE + i));
    }

    List<Address> servers() {
        return all().limit(serverCount).mapToObj(port -> new Address(HOST, port)).toList();
    }

    List<Address> sentinels() {
        return all().skip(serverCount).mapToObj(port -> new Address(HOST, port)).toList();
    }

    /** Whether somebody could listen there now. */
    static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
