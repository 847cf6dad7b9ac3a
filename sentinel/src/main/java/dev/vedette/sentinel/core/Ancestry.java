package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.util.List;
import java.util.Optional;

/**
 * What is known of the data of a master, as far as it makes other copies older: kept over a restart
 * of the sentinel.
 *
 * @param present the histories that the present master had
 * @param older histories that lack what it wrote
 * @param last what it told of its data last; of the offset no more than whether it wrote anything
 * @param siblings replicas that were in sync with the master before
 */
public record Ancestry(
        List<String> present, List<String> older, Optional<History> last, List<Address> siblings) {
    /** No copy can be known to be older. */
    public static final Ancestry UNKNOWN =
            new Ancestry(List.of(), List.of(), Optional.empty(), List.of());

    public Ancestry {
        present = List.copyOf(present);
        older = List.copyOf(older);
        siblings = List.copyOf(siblings);
    }
}
