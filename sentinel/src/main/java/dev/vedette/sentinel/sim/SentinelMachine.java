package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Answer;
import dev.vedette.sentinel.core.ClientToken;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.LinkSpec;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.MasterView;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelCore;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One sentinel: the production core, and around it a model of what runs it (links, the port that
 * peers talk to, the disk, the timer).
 */
final class SentinelMachine extends Machine {
    /** The link layer's limit for an attempt to connect. */
    private static final long CONNECT_TIMEOUT = 1_000_000;

    private static final String FORCED_BEGINS = "Executing user requested FAILOVER of";

    /** How late a timer fires on a healthy machine, at most. */
    private static final long LONGEST_WAKE_UP_DELAY = 200;

    final SentinelId id;
    final Disk disk;
    private final Dice dice;
    private final Runner.Factory runners;

    private Optional<SentinelCore> core = Optional.empty();
    private Runner runner;
    private final Map<LinkId, Link> links = new HashMap<>();
    private final Map<ClientToken, Consumer<Answer>> questions = new HashMap<>();
    private long tokens;
    private long wakeAt = Long.MAX_VALUE;

    SentinelMachine(
            World world,
            String name,
            Address address,
            SentinelState first,
            Runner.Factory runners) {
        super(world, name, address);
        this.id = first.myId();
        this.disk = new Disk(world, first);
        this.dice = world.dice.split();
        this.runners = runners;
        this.runner = runners.create(_ -> {});
    }

    /** What it believes now; what it would believe after a restart while it is down. */
    SentinelState state() {
        return core.map(SentinelCore::state).orElseGet(disk::durable);
    }

    /** What it shows of that master; absent while it is down. */
    Optional<MasterView> view(String master) {
        return core.flatMap(c -> c.master(master, now()));
    }

    // ---- the process

    @Override
    protected void started() {
        runner = runners.create(performer());
        wakeAt = Long.MAX_VALUE;
        world.invariants.started(this);
        var fresh = new SentinelCore(disk.durable(), address.port(), now());
        core = Optional.of(fresh);
        take(fresh.start(now()));
        setAlarm();
    }

    @Override
    protected void stopped() {
        core = Optional.empty();
        links.clear();
        questions.clear();
        disk.crash();
    }

    private Instant now() {
        return EventQueue.instant(world.queue.now());
    }

    private void input(Input input) {
        world.transcript.mix(number);
        core.ifPresent(
                c -> {
                    take(c.step(input, now()));
                    setAlarm();
                });
    }

    private void take(List<Effect> effects) {
        for (var effect : effects) {
            if (effect instanceof Effect.Publish(var event)) {
                world.invariants.decided(this, event);
            } else if (effect instanceof Effect.Send(_, var request)) {
                world.invariants.decided(this, request);
            }
        }
        runner.take(effects);
    }

    /** One event a deadline: an alarm that turns out too early is set again. */
    private void setAlarm() {
        var deadline = core.map(SentinelCore::nextDeadline).orElse(Instant.MAX);
        if (deadline.equals(Instant.MAX)) {
            return;
        }
        long at = EventQueue.micros(deadline);
        if (at < wakeAt) {
            wakeAt = at;
            long delay = Math.max(0, at - world.queue.now());
            timer(delay + dice.between(1, LONGEST_WAKE_UP_DELAY), () -> alarm(at));
        }
    }

    private void alarm(long setFor) {
        if (setFor != wakeAt) {
            return;
        }
        wakeAt = Long.MAX_VALUE;
        if (core.isPresent() && !core.get().nextDeadline().isAfter(now())) {
            input(new Input.WakeUp());
        }
        setAlarm();
    }

    // ---- the operator

    void ask(OperatorCommand command, Consumer<Answer> then) {
        world.tell(this, "is told", command);
        var token = question(then);
        deliver(life(), () -> input(new Input.OperatorAsked(token, command)));
    }

    private ClientToken question(Consumer<Answer> then) {
        var token = new ClientToken(tokens++);
        questions.put(token, then);
        return token;
    }

    // ---- effects

    /** A crash in the middle of a step leaves the rest of its effects undone. */
    private Consumer<Effect> performer() {
        int sameLife = life();
        return effect -> {
            if (life() == sameLife) {
                perform(effect);
            }
        };
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.OpenLink(var id, var spec) -> open(id, spec);
            case Effect.CloseLink(var id, var discard) -> close(id, discard);
            case Effect.Send(var id, var request) -> send(id, request);
            case Effect.Persist(var sequence, var state) -> persist(sequence, state);
            case Effect.Publish(var event) -> world.published(this, event);
            case Effect.Log(_, var text) -> {
                world.tell(this, "logs", text);
                if (text.startsWith(FORCED_BEGINS)) {
                    world.invariants.forced(this, Simulation.GROUP);
                }
            }
            case Effect.LogTime(_, var text, var at) ->
                    world.tell(this, "logs", text + " " + EventQueue.micros(at) / 1000 + " ms");
            case Effect.SetLogLevel(var level) -> world.tell(this, "log level", level);
            case Effect.Reply(var client, var answer) -> {
                var asker = questions.remove(client);
                if (asker != null) {
                    asker.accept(answer);
                }
            }
            case Effect.RunReconfigScript script -> world.tell(this, "runs", script);
            case Effect.Resolve(var asked) ->
                    throw new IllegalStateException(name + " looks up " + asked);
            case Effect.Exit(var code) ->
                    throw new IllegalStateException(name + " exits with " + code);
        }
    }

    private void persist(long sequence, SentinelState state) {
        world.persisting(this, state);
        int sameLife = life();
        disk.write(
                sequence,
                state,
                (written, error) ->
                        deliver(
                                sameLife,
                                () -> {
                                    error.ifPresent(e -> world.tell(this, "cannot save", e));
                                    runner.persisted(written);
                                    input(new Input.Persisted(written, error));
                                }));
    }

    private void open(LinkId id, LinkSpec spec) {
        var link = new Link(id, spec.kind());
        links.put(id, link);
        link.side = Optional.of(world.network.connect(this, spec.target(), CONNECT_TIMEOUT, link));
    }

    private void close(LinkId id, boolean discard) {
        var link = links.remove(id);
        if (link != null) {
            link.side.ifPresent(discard ? Side::reset : Side::close);
        }
    }

    private void send(LinkId id, Request request) {
        var link = links.get(id);
        if (link == null || link.side.isEmpty()) {
            return;
        }
        var side = link.side.get();
        var target = side.other().owner;
        world.invariants.sending(this, target, request);
        if (Invariants.orderIn(request).isPresent()) {
            var master = Invariants.orderIn(request).get();
            world.tell(
                    this,
                    "tells " + target + " to",
                    master.map(m -> "follow " + m).orElse("be a master"));
        } else if (request instanceof Request.AskMasterDown(_, _, var epoch, var candidate)
                && candidate.isPresent()) {
            world.tell(this, "asks " + target + " for", "its vote in epoch " + epoch);
        }
        link.pending.add(request);
        side.send(new Wire.Ask(request));
    }

    // ---- links that we opened

    private final class Link implements Side.End {
        private final LinkId id;
        private final LinkSpec.Kind kind;
        private final ArrayDeque<Request> pending = new ArrayDeque<>();
        private Optional<Side> side = Optional.empty();

        private Link(LinkId id, LinkSpec.Kind kind) {
            this.id = id;
            this.kind = kind;
        }

        @Override
        public void opened() {
            if (kind == LinkSpec.Kind.PUBSUB) {
                side.ifPresent(s -> s.send(new Wire.Subscribe()));
            }
            input(new Input.LinkOpened(id, address.host()));
        }

        @Override
        public void closed(Cause cause) {
            links.remove(id);
            input(new Input.LinkClosed(id, cause, ""));
        }

        @Override
        public void received(Wire message) {
            if (message instanceof Wire.Message(var payload)) {
                world.invariants.helloHeard(SentinelMachine.this, payload);
                input(new Input.HelloHeard(Optional.of(id), payload));
                return;
            }
            var request = pending.remove();
            side.ifPresent(
                    s -> world.invariants.answered(SentinelMachine.this, s.other().owner, message));
            switch (message) {
                case Wire.Pinged(var reply) -> input(new Input.PingAnswered(id, reply));
                case Wire.Informed(var info) ->
                        input(new Input.InfoAnswered(id, Optional.of(info)));
                case Wire.Published(var accepted) -> input(new Input.HelloPublished(id, accepted));
                case Wire.Described(var report) ->
                        input(new Input.MasterDescribed(id, masterAskedOf(request), report));
                case Wire.Votes(var votes) ->
                        input(new Input.VotesShown(id, masterAskedOf(request), votes));
                case Wire.Transacted(var error, var discardedBy) ->
                        input(new Input.ReplicaOfAnswered(id, error, discardedBy));
                case Wire.ScriptKilled() -> {}
                case Wire.MasterDown(var down, var leader, var epoch) ->
                        input(
                                new Input.MasterDownAnswered(
                                        id, masterAskedOf(request), down, leader, epoch));
                default -> throw new IllegalStateException(name + " cannot take " + message);
            }
        }

        private static String masterAskedOf(Request request) {
            return switch (request) {
                case Request.AskMasterDown ask -> ask.masterName();
                case Request.AskMaster(var name) -> name;
                case Request.AskVotes(var name) -> name;
                default ->
                        throw new IllegalStateException(
                                "an answer to another question: " + request);
            };
        }
    }

    // ---- peers that connected to our port

    @Override
    protected Side.End accepted(Side side) {
        return new Peer(side);
    }

    /** Answers in the order of the questions, also when an earlier answer waits for the disk. */
    private final class Peer implements Side.End {
        private final Side side;
        private final ArrayDeque<Slot> slots = new ArrayDeque<>();

        private Peer(Side side) {
            this.side = side;
        }

        private static final class Slot {
            private Optional<Wire> answer = Optional.empty();
            private Runnable spoken = () -> {};
        }

        @Override
        public void opened() {}

        @Override
        public void closed(Cause cause) {}

        @Override
        public void received(Wire message) {
            if (!(message instanceof Wire.Ask(var request))) {
                throw new IllegalStateException(name + " cannot take " + message);
            }
            switch (request) {
                case Request.Ping() -> answer(new Wire.Pinged(Input.PingReply.VALID));
                case Request.PublishHello(var hello) -> {
                    world.invariants.helloHeard(SentinelMachine.this, hello.encode());
                    input(new Input.HelloHeard(Optional.empty(), hello.encode()));
                    answer(new Wire.Published(true));
                }
                case Request.AskMasterDown ask -> judge(ask);
                case Request.AskMaster(var name) -> answer(new Wire.Described(describe(name)));
                case Request.AskVotes(var name) -> answer(new Wire.Votes(votesShown(name)));
                default -> throw new IllegalStateException("no command for a sentinel: " + request);
            }
        }

        private void answer(Wire wire) {
            var slot = new Slot();
            slot.answer = Optional.of(wire);
            slots.add(slot);
            flush();
        }

        private Optional<MasterReport> describe(String master) {
            return view(master)
                    .map(
                            view ->
                                    new MasterReport(
                                            view.instance().address(),
                                            view.configEpoch(),
                                            view.failover()));
        }

        private Map<SentinelId, Long> votesShown(String master) {
            var votes = new HashMap<SentinelId, Long>();
            view(master)
                    .ifPresent(
                            view ->
                                    view.sentinels()
                                            .forEach(
                                                    sentinel ->
                                                            votes.put(
                                                                    new SentinelId(
                                                                            sentinel.instance()
                                                                                    .name()),
                                                                    sentinel.votedLeaderEpoch())));
            return votes;
        }

        private void judge(Request.AskMasterDown ask) {
            var slot = new Slot();
            slots.add(slot);
            var token =
                    question(
                            answer -> {
                                if (!(answer
                                        instanceof
                                        Answer.MasterDown(var down, var leader, var epoch))) {
                                    throw new IllegalStateException("no answer: " + answer);
                                }
                                slot.answer = Optional.of(new Wire.MasterDown(down, leader, epoch));
                                slot.spoken =
                                        () -> {
                                            if (ask.candidate().isPresent()) {
                                                world.tell(
                                                        SentinelMachine.this,
                                                        "answers",
                                                        side.other().owner
                                                                + ": leader "
                                                                + leader.map(SentinelId::text)
                                                                        .orElse("*")
                                                                + " in epoch "
                                                                + epoch);
                                            }
                                            world.invariants.answering(
                                                    SentinelMachine.this, ask, leader, epoch);
                                        };
                                flush();
                            });
            input(new Input.MasterDownAsked(token, ask.master(), ask.epoch(), ask.candidate()));
        }

        private void flush() {
            while (!slots.isEmpty() && slots.peek().answer.isPresent()) {
                var slot = slots.remove();
                if (!side.isClosed()) {
                    slot.spoken.run();
                    slot.answer.ifPresent(side::send);
                }
            }
        }
    }
}
