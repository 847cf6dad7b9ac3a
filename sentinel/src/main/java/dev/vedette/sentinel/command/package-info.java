/**
 * What a client can say to a sentinel on its RESP port: connections and their output, the table of
 * commands, pub/sub of events. It leans on {@code protocol.resp} for the wire and asks the core
 * through {@link dev.vedette.sentinel.command.Sentinel}. Start reading at {@link
 * dev.vedette.sentinel.command.SentinelPort} and {@code SentinelCommands}.
 */
@NullMarked
package dev.vedette.sentinel.command;

import org.jspecify.annotations.NullMarked;
