package dev.vedette.server.replication;

import dev.vedette.protocol.net.Tls;
import dev.vedette.server.persistence.KeyspaceLoader;
import dev.vedette.server.session.Session;

import io.netty.channel.Channel;

import java.util.Optional;

/** What the link to our master asks of, and tells, the one who owns the data. Command loop only. */
interface LinkOwner {
    ReplicationSettings settings();

    /** What is spoken to the master below the protocol; empty for plain text. */
    Optional<Tls> tls();

    /** The id under which we could go on, or {@code ?}. */
    String continuableId();

    /** The last offset that we have. */
    long offset();

    /** The database that the master had selected when the last link ended. */
    int selectedDatabase();

    KeyspaceLoader newLoader();

    /** A full sync begins: what we hold can no longer be continued from this master. */
    void syncBegins();

    /** A new data set is complete and verified. */
    void synced(KeyspaceLoader loaded, String id, long offset);

    /** The master goes on with us; under this id. */
    void continued(String id);

    /** These bytes were obeyed. */
    void applied(byte[] bytes, int count, int selectedDatabase);

    Session openSession(Channel channel);
}
