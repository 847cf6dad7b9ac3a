package dev.vedette.protocol.client;

import dev.vedette.protocol.resp.RespValue;
import dev.vedette.protocol.resp.RespValue.Array;
import dev.vedette.protocol.resp.RespValue.BulkString;
import dev.vedette.protocol.resp.RespValue.Null;
import dev.vedette.protocol.resp.RespValue.Push;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells whom each value of a connection is for: replies go to those who asked, in the order of the
 * asking; messages and pushes, which nobody asked for, go their own way.
 *
 * <p>RESP3 marks a push as such. RESP2 does not: there a message is an array like any other, and
 * only a connection that subscribed gets one. So this class counts what is subscribed, as the
 * server confirms it. A command of the subscribe family has no reply of its own but one
 * confirmation for each channel: all go the way of messages, and the asker gets the first one, or
 * the error.
 */
final class ReplyRouter {
    private final Consumer<RespValue> pushed;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();

    private final Set<RespValue> channels = new HashSet<>();
    private final Set<RespValue> patterns = new HashSet<>();
    private final Set<RespValue> shards = new HashSet<>();

    ReplyRouter(Consumer<RespValue> pushed) {
        this.pushed = pushed;
    }

    /** A command that waits for its reply. */
    private static final class Pending {
        static final int UNKNOWN = -1;

        final Consumer<RespValue> onReply;
        final boolean subscription;

        /** How many confirmations are missing; unknown until the first, when all are meant. */
        int missing;

        boolean answered;

        Pending(Consumer<RespValue> onReply, boolean subscription, int missing) {
            this.onReply = onReply;
            this.subscription = subscription;
            this.missing = missing;
        }
    }

    /** How many commands wait for their reply. */
    int pending() {
        return pending.size();
    }

    /** A command of so many words was written. */
    void expect(byte[] name, int words, Consumer<RespValue> onReply) {
        String verb = new String(name, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        boolean subscription = isSubscription(verb);
        int missing = words > 1 ? words - 1 : Pending.UNKNOWN;
        pending.add(new Pending(onReply, subscription, missing));
    }

    /**
     * A value came.
     *
     * @return false when it is a reply and nobody asked
     */
    boolean received(RespValue value) {
        var items = unasked(value);
        if (!items.isEmpty()) {
            String kind = items.getFirst().asText();
            if (isSubscription(kind)) {
                confirmed(kind, items, value);
                return true;
            }
            if (isMessage(kind) || value instanceof Push) {
                pushed.accept(value);
                return true;
            }
        }
        var asker = pending.poll();
        if (asker == null) {
            return false;
        }
        if (!asker.answered) {
            asker.onReply.accept(value);
        }
        return true;
    }

    /** Nobody waits any more. */
    void clear() {
        pending.clear();
    }

    /** The items of a value that may be a message or a confirmation; else empty. */
    private List<RespValue> unasked(RespValue value) {
        return switch (value) {
            case Push(var items) -> items;
            case Array(var items) when mayBeMessage() && isKind(items) -> items;
            default -> List.of();
        };
    }

    private boolean mayBeMessage() {
        var head = pending.peek();
        return !channels.isEmpty()
                || !patterns.isEmpty()
                || !shards.isEmpty()
                || (head != null && head.subscription);
    }

    /** A message or confirmation has three or four items, the first of them a bulk. */
    private static boolean isKind(List<RespValue> items) {
        return items.size() >= 3 && items.getFirst() instanceof BulkString;
    }

    private void confirmed(String kind, List<RespValue> items, RespValue value) {
        var head = pending.peek();
        boolean asked = head != null && head.subscription;
        if (asked && head.missing == Pending.UNKNOWN) {
            head.missing = Math.max(1, names(kind).size());
        }
        note(kind, items);
        pushed.accept(value);
        // A server may also end a subscription by itself: then nobody waits for it.
        if (!asked || head != pending.peek()) {
            return;
        }
        if (--head.missing == 0) {
            pending.poll();
        }
        if (!head.answered) {
            head.answered = true;
            head.onReply.accept(value);
        }
    }

    private void note(String kind, List<RespValue> items) {
        var name = items.size() > 1 ? items.get(1) : new Null();
        if (kind.contains("unsub")) {
            names(kind).remove(name);
        } else {
            names(kind).add(name);
        }
    }

    private Set<RespValue> names(String kind) {
        return switch (kind.charAt(0)) {
            case 'p' -> patterns;
            // "subscribe" begins with an s of its own.
            case 's' -> kind.equals("subscribe") ? channels : shards;
            default -> channels;
        };
    }

    private static boolean isSubscription(String verb) {
        return switch (verb) {
            case "subscribe",
                    "unsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "ssubscribe",
                    "sunsubscribe" ->
                    true;
            default -> false;
        };
    }

    private static boolean isMessage(String kind) {
        return kind.equals("message") || kind.equals("pmessage") || kind.equals("smessage");
    }
}
