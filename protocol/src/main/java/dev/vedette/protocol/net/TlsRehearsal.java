package dev.vedette.protocol.net;

import io.netty.util.ReferenceCountUtil;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Handshakes of a process with itself, in memory. In a JVM that has just started a handshake takes
 * a hundred milliseconds of CPU, and a few only once the code of its curves is compiled: without
 * this the clients that come to a new master after a failover would pay for that, all at once.
 *
 * <p>It takes half of a processor at most.
 *
 * <p>Whether the two sides accept each other's certificates does not matter: by then nearly all has
 * been reckoned.
 */
final class TlsRehearsal {
    private static final Logger log = LoggerFactory.getLogger(TlsRehearsal.class);

    /** A slow machine has other things to do at a start. */
    private static final Duration LONGEST = Duration.ofSeconds(4);

    /** Far more flights than a handshake has. */
    private static final int MOST_STEPS = 100;

    private TlsRehearsal() {}

    /** Begins, on a thread of its own, and returns at once. */
    static void start(TlsEngines engines) {
        Thread.ofPlatform().daemon().name("tls-rehearsal").start(() -> run(engines));
    }

    private static void run(TlsEngines engines) {
        try {
            rehearse(engines);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rehearse(TlsEngines engines) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        long first = 0;
        long last = 0;
        int count = 0;
        while (count < engines.rehearsals() && System.nanoTime() - end < 0) {
            long begin = System.nanoTime();
            shakeHands(engines.newClient(), engines.newServer());
            last = System.nanoTime() - begin;
            first = count++ == 0 ? last : first;
            TimeUnit.NANOSECONDS.sleep(last);
        }
        log.debug(
                "TLS rehearsed handshakes={} first_us={} last_us={}",
                count,
                first / 1000,
                last / 1000);
    }

    /** Returns whether both sides came to the end of it. */
    static boolean shakeHands(SSLEngine client, SSLEngine server) {
        var toServer = ByteBuffer.allocate(2 * client.getSession().getPacketBufferSize());
        var toClient = ByteBuffer.allocate(2 * server.getSession().getPacketBufferSize());
        var content = ByteBuffer.allocate(server.getSession().getApplicationBufferSize());
        try {
            client.beginHandshake();
            server.beginHandshake();
            for (int step = 0; step < MOST_STEPS; step++) {
                boolean more = advance(client, toClient, toServer, content);
                more |= advance(server, toServer, toClient, content);
                if (!more) {
                    return true;
                }
            }
        } catch (SSLException refused) {
            log.debug("TLS rehearsal: {}", refused.toString());
        } finally {
            // Memory of the native ones is not the heap's.
            ReferenceCountUtil.release(client);
            ReferenceCountUtil.release(server);
        }
        return false;
    }

    /** Returns false at the end of the handshake. */
    private static boolean advance(
            SSLEngine engine, ByteBuffer in, ByteBuffer out, ByteBuffer content)
            throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                engine.unwrap(in, content);
                in.compact();
            }
            case NEED_TASK -> {
                for (var task = engine.getDelegatedTask();
                        task != null;
                        task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case FINISHED, NOT_HANDSHAKING -> {
                return false;
            }
        }
        return true;
    }
}
