package dev.vedette.sentinel.link;

import dev.vedette.protocol.client.CloseCause;
import dev.vedette.protocol.client.ConnectionOptions;
import dev.vedette.protocol.client.RespConnection;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.LinkSpec;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One connection to an instance: on connect it authenticates and names itself, a pub/sub link
 * subscribes to hellos, and each request becomes the command that this instance knows it by.
 * Nothing is reported once the core has closed it. Event loop only.
 */
final class InstanceLink implements RespConnection.Listener {
    static final String HELLO_CHANNEL = "__sentinel__:hello";

    private final LinkId id;
    private final LinkSpec spec;
    private final Consumer<Input> inputs;
    private final Consumer<InstanceLink> onEnd;
    private final TlsTrouble tlsTrouble;
    private final EventLoop loop;
    private final ConnectionOptions options;
    private final HostNames names;

    /** The addresses of the target that were not tried yet. */
    private final Deque<String> untried = new ArrayDeque<>();

    private @Nullable RespConnection connection;
    private final Set<String> denied = new HashSet<>();
    private boolean open;
    private boolean over;

    /**
     * @param inputs takes what happens
     * @param tlsTrouble hears of the end too
     * @param onEnd told once when the connection ended by itself
     */
    InstanceLink(
            EventLoop loop,
            LinkId id,
            LinkSpec spec,
            ConnectionOptions options,
            HostNames names,
            Consumer<Input> inputs,
            TlsTrouble tlsTrouble,
            Consumer<InstanceLink> onEnd) {
        this.id = id;
        this.spec = spec;
        this.inputs = inputs;
        this.tlsTrouble = tlsTrouble;
        this.onEnd = onEnd;
        this.loop = loop;
        this.options = options;
        this.names = names;
    }

    /** Looks the target up, anew at each attempt, and connects. Called once. */
    void connect() {
        names.find(spec.target().host(), this::connect);
    }

    private void connect(List<String> addresses) {
        if (over) {
            return;
        }
        untried.addAll(addresses);
        if (!connectNext()) {
            closed(CloseCause.UNRESOLVED, "name " + spec.target().host() + " cannot be resolved");
        }
    }

    private boolean connectNext() {
        var next = untried.poll();
        if (next == null) {
            return false;
        }
        var at = new Address(next, spec.target().port());
        connection = RespConnection.open(loop, at, options, this);
        return true;
    }

    LinkId id() {
        return id;
    }

    /**
     * @param discard with a reset, so that what was not sent yet dies
     */
    void close(boolean discard) {
        over = true;
        var made = connection;
        if (made != null && discard) {
            made.discard();
        } else if (made != null) {
            made.close();
        }
    }

    // ---- what happens

    @Override
    public void opened(Address local) {
        if (over) {
            return;
        }
        open = true;
        tellAddress();
        Commands.login(spec).ifPresent(words -> send(InstanceLink::ignore, words));
        send(InstanceLink::ignore, name("CLIENT"), "SETNAME", spec.clientName());
        if (spec.kind() == LinkSpec.Kind.PUBSUB) {
            send(InstanceLink::ignore, name("SUBSCRIBE"), HELLO_CHANNEL);
        }
        inputs.accept(new Input.LinkOpened(id, local.host()));
        checkRights();
    }

    private void checkRights() {
        var made = connection;
        if (made != null
                && spec.kind() == LinkSpec.Kind.COMMAND
                && spec.credentials().flatMap(LinkSpec.Credentials::user).isPresent()) {
            RightsCheck.begin(loop, made.peer(), spec, options, this::denied);
        }
    }

    /** Of several addresses the one that answered is where the name is. */
    private void tellAddress() {
        var made = connection;
        if (made != null && !made.peer().equals(spec.target())) {
            inputs.accept(new Input.NameReached(spec.target().host(), made.peer().host()));
        }
    }

    @Override
    public void pushed(RespValue message) {
        var words = message.asList();
        if (!over && words.size() == 3 && words.getFirst().asText().equals("message")) {
            tell(new Input.HelloHeard(Optional.of(id), words.get(2).asText()));
        }
    }

    @Override
    public void closed(CloseCause cause, String detail) {
        if (over || (!open && connectNext())) {
            return;
        }
        over = true;
        tlsTrouble.ended(spec.target(), cause, detail, System.nanoTime());
        onEnd.accept(this);
        inputs.accept(new Input.LinkClosed(id, cause(cause), detail));
    }

    private static Cause cause(CloseCause cause) {
        return switch (cause) {
            case REFUSED -> Cause.REFUSED;
            case RESET -> Cause.RESET;
            case CLOSED_BY_PEER, CLOSED_HERE -> Cause.CLOSED_BY_PEER;
            case UNREACHABLE -> Cause.UNREACHABLE;
            case CONNECT_TIMEOUT -> Cause.CONNECT_TIMEOUT;
            case UNRESOLVED -> Cause.UNRESOLVED;
            case PROTOCOL_ERROR, TLS_FAILED -> Cause.PROTOCOL_ERROR;
        };
    }

    private void tell(Input input) {
        if (!over) {
            inputs.accept(input);
        }
    }

    // ---- what is asked

    void send(Request request) {
        switch (request) {
            case Request.Ping() ->
                    send(
                            reply -> tell(new Input.PingAnswered(id, Replies.ping(reply))),
                            name("PING"));
            case Request.Info() ->
                    send(
                            reply -> tell(new Input.InfoAnswered(id, Replies.info(reply))),
                            name("INFO"));
            case Request.PublishHello(var hello) ->
                    send(
                            reply -> tell(new Input.HelloPublished(id, !reply.isError())),
                            name("PUBLISH"),
                            HELLO_CHANNEL,
                            hello.encode());
            case Request.AskMasterDown ask -> askMasterDown(ask);
            case Request.AskMaster(var name) ->
                    send(
                            reply -> tell(Replies.masterDescribed(id, name, reply)),
                            name("SENTINEL"),
                            "master",
                            name);
            case Request.AskVotes(var name) ->
                    send(
                            reply -> tell(new Input.VotesShown(id, name, Replies.votes(reply))),
                            name("SENTINEL"),
                            "sentinels",
                            name);
            case Request.ReplicaOf(var master) -> replicaOf(master);
            case Request.ReplicaOfAlone(var master) -> replicaOfAlone(master);
            case Request.ScriptKill() -> send(InstanceLink::ignore, name("SCRIPT"), "KILL");
        }
    }

    private void askMasterDown(Request.AskMasterDown ask) {
        send(
                reply -> tell(Replies.masterDown(id, ask.masterName(), reply)),
                name("SENTINEL"),
                "is-master-down-by-addr",
                ask.master().host(),
                Integer.toString(ask.master().port()),
                Long.toString(ask.epoch()),
                ask.candidate().map(SentinelId::text).orElse("*"));
    }

    /**
     * All in one transaction, so that nobody sees the new role without clients being sent away
     * (Redis sentinelSendSlaveOf).
     */
    private void replicaOf(Optional<Address> master) {
        var queued = new ArrayList<RespValue>();
        send(queued::add, name("MULTI"));
        send(queued::add, name("SLAVEOF"), hostOf(master), portOf(master));
        send(queued::add, name("CONFIG"), "REWRITE");
        send(queued::add, name("CLIENT"), "KILL", "TYPE", "normal");
        send(queued::add, name("CLIENT"), "KILL", "TYPE", "pubsub");
        send(
                exec ->
                        tell(
                                new Input.ReplicaOfAnswered(
                                        id,
                                        Replies.replicaOf(List.copyOf(queued), exec),
                                        Replies.discardedBy(List.copyOf(queued), exec))),
                name("EXEC"));
    }

    private void replicaOfAlone(Optional<Address> master) {
        send(
                reply ->
                        tell(
                                new Input.ReplicaOfAnswered(
                                        id,
                                        Optional.of(reply)
                                                .filter(RespValue::isError)
                                                .map(RespValue::asText))),
                name("SLAVEOF"),
                hostOf(master),
                portOf(master));
    }

    private static String hostOf(Optional<Address> master) {
        return master.map(Address::host).orElse("NO");
    }

    private static String portOf(Optional<Address> master) {
        return master.map(address -> Integer.toString(address.port())).orElse("ONE");
    }

    /**
     * Sends one command. When the connection takes no more, it is at its end or has far more
     * unanswered commands than the core allows itself: it is given up, and the core told.
     */
    private void send(Consumer<RespValue> onReply, String... words) {
        var made = connection;
        if (!over && made != null && !made.send(reply -> answered(words, reply, onReply), words)) {
            made.discard();
        }
    }

    /** Who may not say a command is told of it once, whatever else the answer is good for. */
    private void answered(String[] words, RespValue reply, Consumer<RespValue> onReply) {
        Denials.of(words, reply).ifPresent(this::denied);
        onReply.accept(reply);
    }

    private void denied(Denials.Denial denial) {
        if (denied.add(denial.key())) {
            tell(new Input.CommandDenied(id, denial.command(), denial.error()));
        }
    }

    /** Redis does not look at these replies either. */
    private static void ignore(RespValue reply) {}

    private String name(String command) {
        return Commands.name(spec, command);
    }
}
