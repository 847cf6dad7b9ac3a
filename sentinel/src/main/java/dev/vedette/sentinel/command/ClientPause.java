package dev.vedette.sentinel.command;

import io.netty.channel.EventLoop;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * CLIENT PAUSE: until it ends, commands of all clients wait. A pause of writes alone holds nothing
 * up here, as no command of a sentinel writes data. Event loop only.
 */
final class ClientPause {
    private final EventLoop loop;
    private final Set<ClientSession> waiting = new LinkedHashSet<>();
    private long untilNanos;
    private boolean active;

    ClientPause(EventLoop loop) {
        this.loop = loop;
    }

    void begin(long millis) {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        if (!active || until - untilNanos > 0) {
            untilNanos = until;
        }
        active = true;
        loop.schedule(this::endIfDue, millis, TimeUnit.MILLISECONDS);
    }

    boolean holds(ClientSession session) {
        return active && waiting.add(session);
    }

    void end() {
        active = false;
        var all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(ClientSession::goOn);
    }

    void forget(ClientSession session) {
        waiting.remove(session);
    }

    private void endIfDue() {
        if (active && System.nanoTime() - untilNanos >= 0) {
            end();
        }
    }
}
