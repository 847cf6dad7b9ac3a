package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 that nobody listens on, and none of them twice in one run. They lie below
 * those that the kernel gives to outgoing connections: a daemon that is started again finds its
 * port free.
 */
final class Ports {
    private static final int FIRST = 10_240;

    /** Two forks of one run never look at the same port. */
    private static final int OF_A_FORK = 11_000;

    private static final int FORK = (Integer.getInteger("surefire.forkNumber", 1) - 1) % 2;

    private static int next = ThreadLocalRandom.current().nextInt(OF_A_FORK);

    private Ports() {}

    static Address free() {
        return free(1).getFirst();
    }

    static synchronized List<Address> free(int count) {
        List<Address> ports = new ArrayList<>();
        for (int looked = 0; ports.size() < count; looked++) {
            if (looked == OF_A_FORK) {
                throw new AssertionError("no free port is left");
            }
            var address = new Address("127.0.0.1", FIRST + FORK * OF_A_FORK + next);
            next = (next + 1) % OF_A_FORK;
            if (isFree(address)) {
                ports.add(address);
            }
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
