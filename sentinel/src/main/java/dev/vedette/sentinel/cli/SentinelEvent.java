package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.util.List;

/**
 * One pub/sub message of a sentinel, such as {@code +sdown master mymaster 127.0.0.1 6379}.
 *
 * @param nanos when it was received, on the clock of {@link System#nanoTime}
 * @param sentinel who said it
 */
record SentinelEvent(long nanos, Address sentinel, String channel, String message) {

    /** Whether it is about this master or an instance that hangs on it. */
    boolean concerns(String master) {
        List<String> words = words();
        return channel.equals("+switch-master")
                ? words.getFirst().equals(master)
                : isAbout("master", master) || message.contains(" @ " + master + " ");
    }

    /** Whether it is about the master itself: {@code master <name> <ip> <port>}. */
    boolean isAboutMaster(String master) {
        return isAbout("master", master);
    }

    private boolean isAbout(String kind, String name) {
        List<String> words = words();
        return words.size() >= 4 && words.get(0).equals(kind) && words.get(1).equals(name);
    }

    /** The instance of {@code <kind> <name> <ip> <port> ...}. */
    Address instance() {
        return new Address(words().get(2), Integer.parseInt(words().get(3)));
    }

    /** The last two words of {@code +switch-master <name> <oldip> <oldport> <newip> <newport>}. */
    Address newMaster() {
        return new Address(words().get(3), Integer.parseInt(words().get(4)));
    }

    /** Whether an attempt at a failover has ended without a switch. */
    boolean isAbort() {
        return channel.startsWith("-failover-abort-") && !isReason();
    }

    /** Why the attempt before it has ended: comes behind the abort, from a sentinel of ours. */
    boolean isReason() {
        return channel.equals("-failover-abort-reason");
    }

    /** What stands behind {@code master <name> <ip> <port>}. */
    String detail() {
        List<String> words = words();
        return String.join(" ", words.subList(Math.min(4, words.size()), words.size()));
    }

    String text() {
        return channel + " " + message;
    }

    private List<String> words() {
        return List.of(message.split(" ", -1));
    }
}
