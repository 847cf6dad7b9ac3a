package dev.vedette.protocol.client;

import dev.vedette.protocol.net.Tls;
import dev.vedette.protocol.resp.RespLimits;

import io.netty.util.NetUtil;

import java.time.Duration;
import java.util.Optional;

/**
 * How to connect, and what a connection may cost.
 *
 * @param connectTimeout for name resolution, connecting and the TLS handshake together
 * @param sourceAddress the address of ours to connect from; absent leaves it to the kernel
 * @param keepAlive after how much silence the kernel probes the peer; zero is never
 * @param maxPending the most commands that may wait for their reply
 * @param maxUnsentBytes the most bytes that may wait for the peer to take them
 * @param limits what one reply may cost
 * @param tls what is spoken below the protocol; absent for plain text
 */
public record ConnectionOptions(
        Duration connectTimeout,
        Optional<String> sourceAddress,
        Duration keepAlive,
        int maxPending,
        long maxUnsentBytes,
        RespLimits limits,
        Optional<Tls> tls) {

    public static final ConnectionOptions DEFAULT =
            new ConnectionOptions(
                    Duration.ofSeconds(5),
                    Optional.empty(),
                    Duration.ofSeconds(60),
                    1024,
                    16 * 1024 * 1024,
                    RespLimits.DATA,
                    Optional.empty());

    public ConnectionOptions {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout must be positive");
        }
        if (sourceAddress.isPresent()
                && !NetUtil.isValidIpV4Address(sourceAddress.get())
                && !NetUtil.isValidIpV6Address(sourceAddress.get())) {
            throw new IllegalArgumentException(
                    "sourceAddress must be an IP address, not " + sourceAddress.get());
        }
        if (maxPending < 1 || maxUnsentBytes < 1) {
            throw new IllegalArgumentException("maxPending and maxUnsentBytes must be positive");
        }
    }

    public ConnectionOptions withConnectTimeout(Duration timeout) {
        return new ConnectionOptions(
                timeout, sourceAddress, keepAlive, maxPending, maxUnsentBytes, limits, tls);
    }

    /**
     * @param address an IP literal
     */
    public ConnectionOptions withSourceAddress(String address) {
        return new ConnectionOptions(
                connectTimeout,
                Optional.of(address),
                keepAlive,
                maxPending,
                maxUnsentBytes,
                limits,
                tls);
    }

    public ConnectionOptions withMaxPending(int commands) {
        return new ConnectionOptions(
                connectTimeout, sourceAddress, keepAlive, commands, maxUnsentBytes, limits, tls);
    }

    public ConnectionOptions withMaxUnsentBytes(long bytes) {
        return new ConnectionOptions(
                connectTimeout, sourceAddress, keepAlive, maxPending, bytes, limits, tls);
    }

    public ConnectionOptions withLimits(RespLimits replyLimits) {
        return new ConnectionOptions(
                connectTimeout,
                sourceAddress,
                keepAlive,
                maxPending,
                maxUnsentBytes,
                replyLimits,
                tls);
    }

    public ConnectionOptions withTls(Tls spoken) {
        return new ConnectionOptions(
                connectTimeout,
                sourceAddress,
                keepAlive,
                maxPending,
                maxUnsentBytes,
                limits,
                Optional.of(spoken));
    }
}
