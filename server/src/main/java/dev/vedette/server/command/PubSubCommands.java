package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.resp.GlobPattern;
import dev.vedette.server.pubsub.PubSub;
import dev.vedette.server.pubsub.PubSubReplies;
import dev.vedette.server.session.Session;
import dev.vedette.server.type.Bytes;

import java.util.List;

/** Channels and patterns (Redis pubsub.c). */
public final class PubSubCommands {
    private static final String FLAGS = "pubsub noscript loading stale";

    private final PubSub pubSub;

    public PubSubCommands(PubSub pubSub) {
        this.pubSub = pubSub;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("subscribe", -2, FLAGS, "@pubsub @slow", "2.0.0")
                        .about("Listens to channels.")
                        .does(this::subscribe),
                row("psubscribe", -2, FLAGS, "@pubsub @slow", "2.0.0")
                        .about("Listens to all channels that match patterns.")
                        .does(this::subscribePatterns),
                row("unsubscribe", -1, FLAGS, "@pubsub @slow", "2.0.0")
                        .about("Listens to channels no more, to all without arguments.")
                        .does(this::unsubscribe),
                row("punsubscribe", -1, FLAGS, "@pubsub @slow", "2.0.0")
                        .about("Listens to patterns no more, to all without arguments.")
                        .does(this::unsubscribePatterns),
                row("publish", 3, "pubsub loading stale fast", "@pubsub @fast", "2.0.0")
                        .hidden(Flag.MAY_REPLICATE)
                        .about("Sends a message to a channel.")
                        .does(this::publish),
                row("pubsub", -2, "", "@slow", "2.8.0")
                        .about("Asks who listens.")
                        .subcommands(
                                row(
                                                "pubsub|numsub",
                                                -2,
                                                "pubsub loading stale",
                                                "@pubsub @slow",
                                                "2.8.0")
                                        .about("Counts the listeners of channels.")
                                        .does(this::countSubscribers),
                                row(
                                                "pubsub|numpat",
                                                2,
                                                "pubsub loading stale",
                                                "@pubsub @slow",
                                                "2.8.0")
                                        .about("Counts the patterns.")
                                        .does(ctx -> ctx.reply().integer(pubSub.patternCount())),
                                row(
                                                "pubsub|channels",
                                                -2,
                                                "pubsub loading stale",
                                                "@pubsub @slow",
                                                "2.8.0")
                                        .about("Lists the channels that have listeners.")
                                        .does(this::channels),
                                row("pubsub|help", 2, "loading stale", "@slow", "6.2.0")
                                        .about("Lists the subcommands.")
                                        .does(PubSubCommands::help)));
    }

    private void subscribe(CommandContext ctx) {
        for (var i = 1; i < ctx.count(); i++) {
            pubSub.subscribe(ctx.session(), new Bytes(ctx.word(i)));
            PubSubReplies.changed(ctx.session(), "subscribe", ctx.word(i));
        }
    }

    private void subscribePatterns(CommandContext ctx) {
        for (var i = 1; i < ctx.count(); i++) {
            pubSub.subscribePattern(ctx.session(), new Bytes(ctx.word(i)));
            PubSubReplies.changed(ctx.session(), "psubscribe", ctx.word(i));
        }
    }

    private void unsubscribe(CommandContext ctx) {
        if (ctx.count() == 1) {
            unsubscribeAll(ctx.session());
        }
        for (var i = 1; i < ctx.count(); i++) {
            pubSub.unsubscribe(ctx.session(), new Bytes(ctx.word(i)));
            PubSubReplies.changed(ctx.session(), "unsubscribe", ctx.word(i));
        }
    }

    private void unsubscribeAll(Session session) {
        if (session.subscriptions().channels().isEmpty()) {
            PubSubReplies.changed(session, "unsubscribe", null);
        }
        for (var channel : List.copyOf(session.subscriptions().channels())) {
            pubSub.unsubscribe(session, channel);
            PubSubReplies.changed(session, "unsubscribe", channel.content());
        }
    }

    private void unsubscribePatterns(CommandContext ctx) {
        if (ctx.count() == 1) {
            unsubscribeAllPatterns(ctx.session());
        }
        for (var i = 1; i < ctx.count(); i++) {
            pubSub.unsubscribePattern(ctx.session(), new Bytes(ctx.word(i)));
            PubSubReplies.changed(ctx.session(), "punsubscribe", ctx.word(i));
        }
    }

    private void unsubscribeAllPatterns(Session session) {
        if (session.subscriptions().patterns().isEmpty()) {
            PubSubReplies.changed(session, "punsubscribe", null);
        }
        for (var pattern : List.copyOf(session.subscriptions().patterns())) {
            pubSub.unsubscribePattern(session, pattern);
            PubSubReplies.changed(session, "punsubscribe", pattern.content());
        }
    }

    private void publish(CommandContext ctx) {
        var receivers = pubSub.publish(ctx.word(1), ctx.word(2));
        ctx.propagateMessage();
        ctx.reply().integer(receivers);
    }

    private void channels(CommandContext ctx) {
        if (ctx.count() > 3) {
            throw CommandError.subcommand(ctx.command());
        }
        var names =
                pubSub.activeChannels().stream()
                        .map(Bytes::content)
                        .filter(n -> ctx.count() == 2 || GlobPattern.matches(ctx.word(2), n))
                        .toList();
        ctx.reply().bulks(names);
    }

    private void countSubscribers(CommandContext ctx) {
        ctx.reply().array((ctx.count() - 2L) * 2);
        for (var i = 2; i < ctx.count(); i++) {
            ctx.reply().bulk(ctx.word(i));
            ctx.reply().integer(pubSub.subscribers(new Bytes(ctx.word(i))));
        }
    }

    private static void help(CommandContext ctx) {
        Help.reply(
                ctx,
                "CHANNELS [<pattern>]",
                "    The channels that have listeners, all or those that match.",
                "NUMPAT",
                "    How many patterns are listened to.",
                "NUMSUB [<channel> ...]",
                "    How many listeners each of the channels has, patterns not counted.");
    }
}
