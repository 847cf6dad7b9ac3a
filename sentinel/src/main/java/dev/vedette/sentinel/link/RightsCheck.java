package dev.vedette.sentinel.link;

import dev.vedette.protocol.client.CloseCause;
import dev.vedette.protocol.client.ConnectionOptions;
import dev.vedette.protocol.client.RespConnection;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.sentinel.core.LinkSpec;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * Tries each command that a failover will be the first to need, on a connection of its own and
 * without effect, where we log in as a user: a right that is missing shows now, when it can be
 * given.
 *
 * <p>A data node checks rights when a command is queued. So the transaction of a promotion is begun
 * and never carried out: it dies with the connection. Nothing is queued before MULTI was answered
 * with OK, else it would be carried out at once. Event loop only.
 */
final class RightsCheck implements RespConnection.Listener {
    /** Nobody's: a sentinel answers the question about it, or says that it does not know it. */
    private static final String NO_MASTER = "-";

    private final LinkSpec spec;
    private final Consumer<Denials.Denial> denied;
    private @Nullable RespConnection connection;

    private RightsCheck(LinkSpec spec, Consumer<Denials.Denial> denied) {
        this.spec = spec;
        this.denied = denied;
    }

    /**
     * @param at where the instance answered
     * @param denied hears of each command that is denied
     */
    static void begin(
            EventLoop loop,
            Address at,
            LinkSpec spec,
            ConnectionOptions options,
            Consumer<Denials.Denial> denied) {
        var check = new RightsCheck(spec, denied);
        check.connection = RespConnection.open(loop, at, options, check);
    }

    @Override
    public void opened(Address local) {
        Commands.login(spec).ifPresent(words -> send(_ -> {}, words));
        if (spec.toSentinel()) {
            trySentinel();
        } else {
            tryDataNode();
        }
    }

    private void trySentinel() {
        attempt("SENTINEL", "is-master-down-by-addr", "127.0.0.1", "1", "0", "*");
        attempt("SENTINEL", "sentinels", NO_MASTER);
        attempt(_ -> end(), "SENTINEL", "master", NO_MASTER);
    }

    private void tryDataNode() {
        // Without a transaction there is nothing to carry out.
        attempt("EXEC");
        attempt(
                begun -> {
                    if (begun.isError()) {
                        end();
                    } else {
                        queue();
                    }
                },
                "MULTI");
    }

    private void queue() {
        attempt("SLAVEOF", "NO", "ONE");
        attempt("CONFIG", "REWRITE");
        attempt("CLIENT", "KILL", "TYPE", "pubsub");
        // Not of the promotion: whoever is busy with a script is told to end it.
        attempt(_ -> end(), "SCRIPT", "KILL");
    }

    private void attempt(String... words) {
        attempt(_ -> {}, words);
    }

    private void attempt(Consumer<RespValue> then, String... words) {
        words[0] = Commands.name(spec, words[0]);
        send(
                reply -> {
                    Denials.of(words, reply)
                            .filter(denial -> denial.error().startsWith("NOPERM"))
                            .ifPresent(denied);
                    then.accept(reply);
                },
                words);
    }

    private void send(Consumer<RespValue> onReply, String... words) {
        var made = connection;
        if (made != null) {
            made.send(onReply, words);
        }
    }

    private void end() {
        var made = connection;
        if (made != null) {
            made.close();
        }
    }

    /** Who is gone is asked again when the link is there again. */
    @Override
    public void closed(CloseCause cause, String detail) {}
}
