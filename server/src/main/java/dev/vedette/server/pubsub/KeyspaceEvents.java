package dev.vedette.server.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Publishes what happens to keys, as notify-keyspace-events asks (Redis notify.c). Event loop only.
 */
public final class KeyspaceEvents {
    /** What {@code A} stands for: every class but key misses and new keys. */
    private static final String ALL = "g$lshzxetd";

    private final PubSub pubSub;
    private String classes = "";

    public KeyspaceEvents(PubSub pubSub) {
        this.pubSub = pubSub;
    }

    /**
     * @param flags the value of the directive, checked already
     */
    public void set(String flags) {
        var wanted = flags.replace("A", ALL);
        // Without K or E nothing can be published, whatever classes are named.
        classes = wanted.indexOf('K') >= 0 || wanted.indexOf('E') >= 0 ? wanted : "";
    }

    public boolean isOn() {
        return !classes.isEmpty();
    }

    /**
     * @param type the class of the event, as in the directive
     */
    public void publish(char type, String event, byte[] key, int db) {
        if (classes.indexOf(type) < 0) {
            return;
        }
        if (classes.indexOf('K') >= 0) {
            pubSub.publish(join("__keyspace@" + db + "__:", key), bytes(event));
        }
        if (classes.indexOf('E') >= 0) {
            pubSub.publish(bytes("__keyevent@" + db + "__:" + event), key);
        }
    }

    private static byte[] join(String head, byte[] tail) {
        var both = Arrays.copyOf(bytes(head), head.length() + tail.length);
        System.arraycopy(tail, 0, both, head.length(), tail.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
