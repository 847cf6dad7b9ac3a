/**
 * Connections to any peer that speaks the Redis protocol: one asynchronous and pipelined for
 * daemons, one blocking for tools and tests. It leans on {@code resp} and {@code net}. Start
 * reading at {@link dev.vedette.protocol.client.RespConnection}.
 */
@NullMarked
package dev.vedette.protocol.client;

import org.jspecify.annotations.NullMarked;
