package dev.vedette.it;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/**
 * What an application must be told of a group of sentinels and servers.
 *
 * @param tls who signed their certificates, where all of them speak TLS
 * @param hasUsers whether it has to log in: as {@link Users#CLIENT} at the sentinels, as {@link
 *     Users#APPLICATION} at the servers
 */
record Group(List<Address> sentinels, Optional<Certificates> tls, boolean hasUsers) {
    Group {
        sentinels = List.copyOf(sentinels);
    }
}
