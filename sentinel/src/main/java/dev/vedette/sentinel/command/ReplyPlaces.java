package dev.vedette.sentinel.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Replies of one client in the order of its commands, while the answers to some of them are still
 * awaited: what comes behind an awaited answer is kept until that one is there. Event loop only.
 */
final class ReplyPlaces {
    /** The place of one reply. */
    static final class Place {
        private final ByteBuf bytes = Unpooled.buffer(64);
        private boolean complete;
    }

    private final Consumer<ByteBuf> out;
    private final Deque<Place> places = new ArrayDeque<>();
    private @Nullable Place current;

    /**
     * @param out takes what was kept, when its turn comes
     */
    ReplyPlaces(Consumer<ByteBuf> out) {
        this.out = out;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    int count() {
        return places.size();
    }

    /** A command begins: its reply has a place of its own if one before it is still awaited. */
    void begin() {
        current = places.isEmpty() ? null : add();
    }

    /** The command in hand is done; its reply is there, unless it is awaited. */
    void end() {
        current = null;
        handOver();
    }

    private Place add() {
        var place = new Place();
        place.complete = true;
        places.add(place);
        return place;
    }

    /** The answer of the command in hand comes later. */
    Place await() {
        var place = current == null ? add() : current;
        place.complete = false;
        return place;
    }

    /** Where a reply is to be written now; null when nothing before it is awaited. */
    @Nullable ByteBuf buffer() {
        if (current == null && !places.isEmpty()) {
            return add().bytes;
        }
        return current == null ? null : current.bytes;
    }

    /**
     * The answer is there.
     *
     * @param writing writes it
     */
    void answer(Place place, Runnable writing) {
        // It may come in the middle of a later command of the same client.
        var interrupted = current;
        current = place;
        writing.run();
        current = interrupted;
        place.complete = true;
        handOver();
    }

    /** What is complete, up to the reply that is being written. */
    private void handOver() {
        for (var first = places.peek();
                first != null && first.complete && first != current;
                first = places.peek()) {
            out.accept(first.bytes);
            places.remove();
        }
    }
}
