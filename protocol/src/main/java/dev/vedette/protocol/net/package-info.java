/**
 * Where a peer is and how to reach it: addresses, name resolution, transports and TLS contexts. It
 * leans on Netty alone. Start reading at {@link dev.vedette.protocol.net.Address}.
 */
@NullMarked
package dev.vedette.protocol.net;

import org.jspecify.annotations.NullMarked;
