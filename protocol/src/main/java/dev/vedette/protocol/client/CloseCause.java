package dev.vedette.protocol.client;

import dev.vedette.protocol.resp.RespException;

import io.netty.channel.ConnectTimeoutException;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Objects;

import javax.net.ssl.SSLException;

/** Why a connection ended, or could not be made. */
public enum CloseCause {
    /** The host answered that nobody listens there. */
    REFUSED,
    /** The peer, or something between, tore the connection down. */
    RESET,
    /** The peer ended it in order. */
    CLOSED_BY_PEER,
    /** No way to the host, or our own address cannot be used. */
    UNREACHABLE,
    /** The host did not answer in time. */
    CONNECT_TIMEOUT,
    /** The name has no address. */
    UNRESOLVED,
    /** The peer sent what is no reply, or a reply that nobody asked for. */
    PROTOCOL_ERROR,
    /** TLS failed; or the peer ends a plain connection as one does that expects TLS. */
    TLS_FAILED,
    /** We ended it ourselves. */
    CLOSED_HERE;

    /**
     * What an error of the network means. Native transports have their own exception types, whose
     * texts are those of strerror; so the text decides where the type does not.
     */
    static CloseCause of(Throwable failure) {
        String text = Objects.toString(failure.getMessage(), "").toLowerCase(Locale.ROOT);
        if (failure instanceof UnknownHostException) {
            return UNRESOLVED;
        }
        if (failure instanceof SSLException) {
            return TLS_FAILED;
        }
        if (failure instanceof RespException) {
            return PROTOCOL_ERROR;
        }
        if (failure instanceof ConnectTimeoutException) {
            return CONNECT_TIMEOUT;
        }
        if (failure instanceof ClosedChannelException) {
            return CLOSED_BY_PEER;
        }
        if (failure instanceof NoRouteToHostException) {
            return UNREACHABLE;
        }
        if (text.contains("refused")) {
            return REFUSED;
        }
        if (text.contains("reset") || text.contains("broken pipe") || text.contains("abort")) {
            return RESET;
        }
        if (text.contains("timed out")) {
            return failure instanceof ConnectException ? CONNECT_TIMEOUT : UNREACHABLE;
        }
        return UNREACHABLE;
    }
}
