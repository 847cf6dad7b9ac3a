package dev.vedette.sentinel.command;

import dev.vedette.sentinel.core.Input;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** SUBSCRIBE and its family, and PUBLISH, which a sentinel takes for hellos only. */
final class PubSubCommands {
    private static final String FLAGS = "pubsub noscript loading stale";
    private static final String CATEGORIES = "@pubsub @slow";
    private static final String HELLO_CHANNEL = "__sentinel__:hello";

    private final Sentinel sentinel;
    private final Subscriptions subscriptions;

    PubSubCommands(Sentinel sentinel, Subscriptions subscriptions) {
        this.sentinel = sentinel;
        this.subscriptions = subscriptions;
    }

    List<Command> rows() {
        return List.of(
                Command.of("subscribe", -2, FLAGS, CATEGORIES, this::subscribe),
                Command.of("unsubscribe", -1, FLAGS, CATEGORIES, this::unsubscribe),
                Command.of("psubscribe", -2, FLAGS, CATEGORIES, this::subscribePatterns),
                Command.of("punsubscribe", -1, FLAGS, CATEGORIES, this::unsubscribePatterns),
                Command.of(
                        "publish", 3, "pubsub loading stale fast", "@pubsub @fast", this::publish));
    }

    private void subscribe(ClientSession client, Words words) {
        for (var i = 1; i < words.count(); i++) {
            subscriptions.subscribe(client, words.bytes(i));
            confirm(client, "subscribe", words.bytes(i));
        }
    }

    private void subscribePatterns(ClientSession client, Words words) {
        for (var i = 1; i < words.count(); i++) {
            subscriptions.subscribePattern(client, words.bytes(i));
            confirm(client, "psubscribe", words.bytes(i));
        }
    }

    private void unsubscribe(ClientSession client, Words words) {
        var which = named(words, client.channels());
        for (var channel : which) {
            subscriptions.unsubscribe(client, channel);
            confirm(client, "unsubscribe", channel);
        }
        if (which.isEmpty()) {
            confirmNone(client, "unsubscribe");
        }
    }

    private void unsubscribePatterns(ClientSession client, Words words) {
        var which = named(words, client.patterns());
        for (var pattern : which) {
            subscriptions.unsubscribePattern(client, pattern);
            confirm(client, "punsubscribe", pattern);
        }
        if (which.isEmpty()) {
            confirmNone(client, "punsubscribe");
        }
    }

    /** Those that the command names; without a name, all that the client has. */
    private static List<byte[]> named(Words words, Set<ChannelName> all) {
        return words.count() > 1
                ? List.of(words.all()).subList(1, words.count())
                : all.stream().map(ChannelName::bytes).toList();
    }

    private static void confirm(ClientSession client, String what, byte[] which) {
        var out = client.push();
        out.push(3);
        out.bulk(what);
        out.bulk(which);
        out.integer(client.subscriptions());
    }

    private static void confirmNone(ClientSession client, String what) {
        var out = client.push();
        out.push(3);
        out.bulk(what);
        out.nullBulk();
        out.integer(client.subscriptions());
    }

    private void publish(ClientSession client, Words words) {
        if (!words.text(1).equals(HELLO_CHANNEL)) {
            Dispatcher.refuse(
                    client, "ERR Only HELLO messages are accepted by Sentinel instances.");
            return;
        }
        client.reply().integer(1);
        sentinel.tell(new Input.HelloHeard(Optional.empty(), words.text(2)));
    }
}
