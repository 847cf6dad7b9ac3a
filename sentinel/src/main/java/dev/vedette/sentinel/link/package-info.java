/**
 * The connections to masters, replicas and peers: what the core orders becomes commands on the
 * wire, and what the network does becomes facts for the core. It leans on {@code protocol.client}
 * and on the vocabulary of {@code sentinel.core}, and decides nothing. Start reading at {@link
 * dev.vedette.sentinel.link.InstanceLinks}.
 */
@NullMarked
package dev.vedette.sentinel.link;

import org.jspecify.annotations.NullMarked;
