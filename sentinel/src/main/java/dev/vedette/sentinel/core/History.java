package dev.vedette.sentinel.core;

import java.util.Optional;

/**
 * The replication history that the data of a node belong to, as its INFO tells: equal ids mean that
 * one stream of writes made the data.
 *
 * @param id {@code master_replid}
 * @param parent {@code master_replid2}: the history that it went on from, if there was one
 * @param offset {@code master_repl_offset}: how far it has come
 * @param branchedAt {@code second_repl_offset}: the first byte that is no longer the parent's
 */
public record History(String id, Optional<String> parent, long offset, long branchedAt) {

    /** Whether its data are those of that history, or grew out of them. */
    boolean contains(String other) {
        return id.equals(other) || parent.filter(other::equals).isPresent();
    }
}
