package dev.vedette.server.session;

import dev.vedette.protocol.conf.ConfText;

import io.netty.channel.unix.UnixChannel;

import java.nio.charset.StandardCharsets;

/** One line of CLIENT LIST, without its end (networking.c, catClientInfoString). */
public final class ClientLine {
    /** What a session costs besides its buffers, roughly. */
    private static final long BASE_BYTES = 1_200;

    private ClientLine() {}

    public static String of(Session session, long nowNanos) {
        var transaction = session.transaction();
        var queued = transaction == null ? -1 : transaction.queue().size();
        var queuedBytes = transaction == null ? 0 : transaction.bytes();
        var output = session.output().waitingBytes();
        return "id="
                + session.id()
                + " addr="
                + session.endpoints().remote()
                + " laddr="
                + session.endpoints().local()
                + " fd="
                + descriptor(session)
                + " name="
                + latin1(session.name())
                + " age="
                + seconds(nowNanos - session.createdNanos())
                + " idle="
                + seconds(nowNanos - session.lastUsedNanos())
                + " flags="
                + flags(session)
                + " db="
                + session.db()
                + " sub="
                + session.subscriptions().channels().size()
                + " psub="
                + session.subscriptions().patterns().size()
                + " ssub=0 multi="
                + queued
                + " qbuf="
                + session.decoder().waitingBytes()
                + " qbuf-free=0 argv-mem=0 multi-mem="
                + queuedBytes
                + " rbs=0 rbp=0 obl="
                + session.output().gatheredBytes()
                + " oll=0 omem="
                + output
                + " tot-mem="
                + (BASE_BYTES + queuedBytes + output)
                + " events="
                + (output > session.output().gatheredBytes() ? "rw" : "r")
                + " cmd="
                + session.lastCommand()
                + " user="
                + userName(session)
                + " redir=-1 resp="
                + session.protocol()
                + " lib-name="
                + latin1(session.libName())
                + " lib-ver="
                + latin1(session.libVersion());
    }

    private static String userName(Session session) {
        var user = session.user();
        return user == null ? "(superuser)" : latin1(ConfText.encode(user.name()));
    }

    private static int descriptor(Session session) {
        return session.channel() instanceof UnixChannel unix ? unix.fd().intValue() : -1;
    }

    private static long seconds(long nanos) {
        return Math.max(0, nanos / 1_000_000_000);
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String flags(Session session) {
        var flags = new StringBuilder();
        switch (session.kind()) {
            case REPLICA -> flags.append('S');
            case MASTER -> flags.append('M');
            case NORMAL -> {}
        }
        if (session.isSubscriber()) {
            flags.append('P');
        }
        if (session.transaction() != null) {
            flags.append('x');
        }
        if (session.blocking() != null || session.isPostponed()) {
            flags.append('b');
        }
        if (session.watches().isAnyChanged()) {
            flags.append('d');
        }
        if (session.isClosing()) {
            flags.append('c');
        }
        if (session.endpoints().throughFile().isPresent()) {
            flags.append('U');
        }
        if (session.readOnlyMode()) {
            flags.append('r');
        }
        if (session.noEvict()) {
            flags.append('e');
        }
        if (session.noTouch()) {
            flags.append('T');
        }
        return flags.isEmpty() ? "N" : flags.toString();
    }
}
