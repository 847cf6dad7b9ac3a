package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How the tests themselves get into a daemon: through TLS or not, and with which password. */
record Access(Optional<Certificates> tls, Optional<String> password) {
    private static final Access OPEN = new Access(Optional.empty(), Optional.empty());
    private static final Map<Address, Access> OTHERS = new ConcurrentHashMap<>();

    /** Open unless something else was said. */
    static Access to(Address address) {
        return OTHERS.getOrDefault(address, OPEN);
    }

    /** From now on everybody gets in there like this. */
    void isNeededAt(Address address) {
        OTHERS.put(address, this);
    }

    /** A connection whose end has shown what is needed. */
    static Wire wire(Address address) throws IOException {
        var access = to(address);
        var socket =
                access.tls.isPresent()
                        ? access.tls.get().socket(address)
                        : new Socket(address.host(), address.port());
        var wire = new Wire(socket);
        if (access.password.isPresent()) {
            wire.send(Wire.command("AUTH", access.password.get()));
            String reply = wire.line();
            if (!reply.equals("+OK")) {
                throw new IOException(address + " says " + reply);
            }
        }
        return wire;
    }
}
