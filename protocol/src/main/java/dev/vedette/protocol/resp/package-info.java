/**
 * The Redis serialization protocol, versions 2 and 3: values, incremental decoders with limits,
 * encoders, inline commands. It leans on Netty's buffers and handlers alone. Start reading at
 * {@link dev.vedette.protocol.resp.RespValue}, then {@link dev.vedette.protocol.resp.RespParser}
 * (what a client reads) and {@link dev.vedette.protocol.resp.CommandDecoder} (what a server reads).
 */
@NullMarked
package dev.vedette.protocol.resp;

import org.jspecify.annotations.NullMarked;
