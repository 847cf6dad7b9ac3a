package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Ports of 127.0.0.1 that nobody listens on, and none of them twice in one run. */
final class Ports {
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    static Address free() {
        return free(1).getFirst();
    }

    static synchronized List<Address> free(int count) {
        List<ServerSocket> held = new ArrayList<>();
        List<Address> ports = new ArrayList<>();
        try {
            while (ports.size() < count) {
                var socket = new ServerSocket();
                held.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
                if (GIVEN.add(socket.getLocalPort())) {
                    ports.add(new Address("127.0.0.1", socket.getLocalPort()));
                }
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }

    /** Whether somebody could listen there now. */
    static boolean isFree(Address address) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
