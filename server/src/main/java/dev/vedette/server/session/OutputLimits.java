package dev.vedette.server.session;

import dev.vedette.protocol.conf.BufferLimits;
import dev.vedette.protocol.conf.BufferLimits.ClientClass;
import dev.vedette.protocol.info.Stats;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions whose peers read too slowly: at once above the hard limit of their class, after
 * some seconds above the soft one (networking.c, checkClientOutputBufferLimits). Event loop only.
 */
public final class OutputLimits {
    private static final Logger log = LoggerFactory.getLogger(OutputLimits.class);

    private final Stats stats;
    private BufferLimits limits = BufferLimits.DEFAULTS;
    private long backlogBytes;

    public OutputLimits(Stats stats) {
        this.stats = stats;
    }

    public void set(BufferLimits newLimits) {
        this.limits = newLimits;
    }

    /** A replica may always have as much as the backlog holds, or it could never catch up. */
    public void setBacklogBytes(long bytes) {
        this.backlogBytes = bytes;
    }

    /** Ends the session if it is over a limit; also to be called now and then for all. */
    public void check(Session session) {
        if (session.isClosed() || session.kind() == Session.Kind.MASTER) {
            return;
        }
        var used = session.output().waitingBytes();
        var of = classOf(session);
        var limit = limits.of(of);
        var hard = limit.hardBytes();
        if (of == ClientClass.REPLICA && hard > 0) {
            hard = Math.max(hard, backlogBytes);
        }
        var over = hard > 0 && used >= hard;
        if (over || overSoft(session, used, limit)) {
            log.warn(
                    "Client {} scheduled to be closed ASAP for overcoming of output buffer limits."
                            + " output_bytes={}",
                    session,
                    used);
            stats.outputLimitDisconnections++;
            session.kill();
        }
    }

    private static boolean overSoft(Session session, long used, BufferLimits.Limit limit) {
        if (limit.softBytes() == 0 || used < limit.softBytes()) {
            session.output().softLimitSince(-1);
            return false;
        }
        var now = System.nanoTime();
        if (session.output().softLimitSince() == -1) {
            session.output().softLimitSince(now);
            return false;
        }
        return now - session.output().softLimitSince() > limit.softSeconds() * 1_000_000_000L;
    }

    private static ClientClass classOf(Session session) {
        if (session.kind() == Session.Kind.REPLICA) {
            return ClientClass.REPLICA;
        }
        return session.isSubscriber() ? ClientClass.PUBSUB : ClientClass.NORMAL;
    }
}
