package dev.vedette.protocol.acl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Who was turned away lately, the newest first. What happens again within a minute is counted, not
 * listed anew (Redis acl.c, addACLLogEntry).
 */
public final class AclLog {
    private static final int LOOKED_AT = 10;
    private static final long GROUPED_MILLIS = 60_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long maxEntries;

    /**
     * @param context toplevel, multi or lua
     * @param client the client as CLIENT LIST shows it
     */
    record Entry(
            Denial denial, String context, String user, long atMillis, long count, String client) {
        boolean isLike(Entry later) {
            return denial.equals(later.denial)
                    && context.equals(later.context)
                    && user.equals(later.user)
                    && later.atMillis - atMillis <= GROUPED_MILLIS;
        }

        Entry countedWith(Entry earlier) {
            return new Entry(denial, context, user, atMillis, earlier.count + 1, client);
        }
    }

    /**
     * @param maxEntries what {@code acllog-max-len} says
     */
    public AclLog(long maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** What {@code acllog-max-len} says from the next entry on. */
    public void maxEntries(long newMax) {
        maxEntries = newMax;
    }

    public void add(Denial denial, String context, String user, String client, long nowMillis) {
        var entry = new Entry(denial, context, user, nowMillis, 1, client);
        var like = entries.stream().limit(LOOKED_AT).filter(old -> old.isLike(entry)).findFirst();
        like.ifPresent(entries::remove);
        entries.addFirst(like.map(entry::countedWith).orElse(entry));
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    List<Entry> newest(long count) {
        return entries.stream().limit(Math.max(0, count)).toList();
    }

    void clear() {
        entries.clear();
    }
}
