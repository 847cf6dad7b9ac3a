package dev.vedette.server.replication;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The sign of life that a server of ours gives its replicas of ours, so that a silence of a few
 * tenths of a second means something to them (and to a sentinel that asks them). Redis's PINGs come
 * every ten seconds, and are part of the stream: more of them would move offsets while nobody
 * writes, and what a master says alone between the promotion of another and its own demotion costs
 * it, and all who heard it, the partial resync.
 *
 * <p>So it is a newline between two commands, on the wire only: it is in no backlog and counts in
 * no offset, just as the newlines with which every master bridges the wait for a snapshot. Replicas
 * of Redis would count it; it is given to those who ask for it by {@code REPLCONF capa}, where
 * Redis passes over words that it does not know. The reply to that promises it, and says how often.
 *
 * <p>Command loop only.
 */
public final class Heartbeat {
    /** What a replica says that knows it. */
    public static final String CAPABILITY = "vedette-heartbeat";

    /**
     * Three are missing before a silence counts, so a loss is seen in less than a third of a
     * second; and ten packets of one byte in a second are nothing to either side.
     */
    private static final int PERIOD_MILLIS = 100;

    /** The reply to who asks for it, behind its {@code +}. */
    public static final String PROMISE = "OK " + CAPABILITY + " " + PERIOD_MILLIS;

    private static final int LONGEST_PERIOD_MILLIS = 60_000;

    private final EventLoop loop;
    private final List<AttachedReplica> replicas;
    private @Nullable ScheduledFuture<?> beating;
    private boolean stopped;

    /**
     * @param replicas as they are at each moment
     */
    Heartbeat(EventLoop loop, List<AttachedReplica> replicas) {
        this.loop = loop;
        this.replicas = replicas;
    }

    /** Somebody came or went: it beats only as long as somebody listens. */
    void replicasChanged() {
        boolean wanted = replicas.stream().anyMatch(AttachedReplica::wantsHeartbeat);
        if (!wanted) {
            rest();
        } else if (beating == null && !stopped) {
            beating =
                    loop.scheduleWithFixedDelay(
                            this::beat, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void beat() {
        List.copyOf(replicas).forEach(AttachedReplica::beat);
    }

    /** For good. */
    void stop() {
        stopped = true;
        rest();
    }

    private void rest() {
        if (beating != null) {
            beating.cancel(false);
            beating = null;
        }
    }

    /** How often it beats who replied this, in milliseconds; 0 when it promised nothing. */
    static int promised(String reply) {
        String[] words = reply.split(" ", -1);
        if (words.length != 3 || !words[0].equals("+OK") || !words[1].equals(CAPABILITY)) {
            return 0;
        }
        try {
            int millis = Integer.parseInt(words[2]);
            return millis > 0 && millis <= LONGEST_PERIOD_MILLIS ? millis : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
