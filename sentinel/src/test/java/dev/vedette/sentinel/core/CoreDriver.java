package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Drives one core by hand: tests say what each neighbour answers, advance the time, and read the
 * effects. Everything is answered at once, and what stands behind a Persist is not held back: the
 * simulator is for that.
 */
final class CoreDriver {
    static final Instant T0 = Instant.EPOCH;
    static final SentinelId ME = id('b');
    static final SentinelId PEER_A = id('a');
    static final SentinelId PEER_C = id('c');
    static final Address MASTER = address(6379);
    static final Address R1 = address(6380);
    static final Address R2 = address(6381);
    static final Address PEER_A_AT = address(26380);
    static final Address PEER_C_AT = address(26381);
    static final Duration DOWN_AFTER = Duration.ofSeconds(5);
    static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(60);

    /** What stands at an address, and how it answers. */
    static final class Neighbour {
        /** Accepts connections. */
        boolean listens = true;

        /** Neither takes nor refuses connections: packets are lost. */
        boolean swallowsConnections;

        /** Why it does not take one that it does not take. */
        Input.LinkClosed.Cause closesWith = Input.LinkClosed.Cause.REFUSED;

        /** Answers at all. */
        boolean answers = true;

        /** Answers INFO. */
        boolean tells = true;

        Input.PingReply ping = Input.PingReply.VALID;
        InstanceInfo info = info(InstanceInfo.Role.MASTER, 'x');

        /** When a replica whose master beats heard it last, seen from now. */
        Function<Instant, Optional<Instant>> heard = _ -> Optional.empty();

        /** A sentinel's answer to IS-MASTER-DOWN-BY-ADDR. */
        UnaryOperator<Answer.MasterDown> opinion =
                _ -> new Answer.MasterDown(false, Optional.empty(), 0);

        /** A sentinel's answer to SENTINEL MASTER; absent is an error. */
        Optional<MasterReport> report =
                Optional.of(new MasterReport(MASTER, 0, FailoverPhase.NONE));

        /** The votes that a sentinel's SENTINEL SENTINELS shows. */
        Map<SentinelId, Long> votesShown = Map.of();

        /** Votes for whoever asks. */
        boolean votes;

        /** Refuses that part of the transaction around SLAVEOF, and so all of it. */
        Optional<Input.Discarded> discards = Optional.empty();

        /** A data node that does what SLAVEOF says. */
        boolean obeys = true;
    }

    final SentinelCore core;
    Instant now = T0;
    Optional<String> diskError = Optional.empty();

    /** What names stand for, when there is a name server. */
    final Map<String, List<String>> dns = new HashMap<>();

    boolean dnsAnswers = true;

    /** When false, writes end only by {@link #endWrites}. */
    boolean diskAnswers = true;

    final Map<Address, Neighbour> neighbours = new HashMap<>();
    final Map<LinkId, LinkSpec> links = new LinkedHashMap<>();
    private final Map<LinkId, Address> targets = new HashMap<>();
    final List<Effect> effects = new ArrayList<>();
    private final Deque<Input> inputs = new ArrayDeque<>();
    private final Deque<Long> writes = new ArrayDeque<>();
    private long tokens;

    CoreDriver(SentinelState state) {
        core = new SentinelCore(state, 26379, now);
    }

    /** A master and two replicas that are well, and two peers that agree with whoever asks. */
    static CoreDriver group(int quorum) {
        var driver = new CoreDriver(state(quorum, options()));
        driver.healthy();
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
        return driver;
    }

    void healthy() {
        at(MASTER).info = master('m', R1, R2);
        at(R1).info = replica('1', 100);
        at(R2).info = replica('2', 200);
        for (var peer : List.of(PEER_A_AT, PEER_C_AT)) {
            at(peer).opinion = asked -> asked;
        }
    }

    static SentinelState state(int quorum, MasterOptions options) {
        return new SentinelState(
                ME,
                0,
                SentinelOptions.DEFAULTS,
                List.of(
                        new SentinelState.Master(
                                "mymaster",
                                MASTER,
                                quorum,
                                options,
                                0,
                                0,
                                List.of(R1, R2),
                                List.of(
                                        new SentinelState.Peer(PEER_A, PEER_A_AT),
                                        new SentinelState.Peer(PEER_C, PEER_C_AT)))));
    }

    static MasterOptions options() {
        return MasterOptions.DEFAULTS.toBuilder()
                .downAfter(DOWN_AFTER)
                .failoverTimeout(FAILOVER_TIMEOUT)
                .build();
    }

    static Address address(int port) {
        return new Address("127.0.0.1", port);
    }

    static SentinelId id(char c) {
        return new SentinelId(String.valueOf(c).repeat(SentinelId.CHARS));
    }

    // ---- INFO

    static InstanceInfo info(InstanceInfo.Role role, char runId, Address... replicas) {
        return info(role, runId, 0, replicas);
    }

    static InstanceInfo master(char runId, Address... replicas) {
        return info(InstanceInfo.Role.MASTER, runId, replicas);
    }

    static InstanceInfo replica(char runId, long offset) {
        return info(InstanceInfo.Role.REPLICA, runId, offset);
    }

    private static InstanceInfo info(
            InstanceInfo.Role role, char runId, long offset, Address... replicas) {
        return new InstanceInfo(
                "role:" + role,
                Optional.of(String.valueOf(runId).repeat(40)),
                Optional.of(role),
                List.of(replicas),
                role == InstanceInfo.Role.REPLICA ? Optional.of(MASTER) : Optional.empty(),
                true,
                Duration.ZERO,
                100,
                offset,
                true);
    }

    static InstanceInfo following(InstanceInfo info, Address master, boolean up) {
        return new InstanceInfo(
                info.text(),
                info.runId(),
                Optional.of(InstanceInfo.Role.REPLICA),
                List.of(),
                Optional.of(master),
                up,
                up ? Duration.ZERO : Duration.ofSeconds(1),
                info.replicaPriority(),
                info.replicaOffset(),
                info.replicaAnnounced());
    }

    /** The same with what it tells beside its place in the group. */
    static InstanceInfo telling(
            InstanceInfo info,
            boolean loading,
            boolean syncing,
            boolean appendOnly,
            boolean holdsKeys,
            Optional<History> history) {
        return new InstanceInfo(
                info.text(),
                info.runId(),
                info.role(),
                info.replicas(),
                info.masterAddress(),
                info.masterLinkUp(),
                info.masterLinkDownFor(),
                info.replicaPriority(),
                info.replicaOffset(),
                info.replicaAnnounced(),
                loading,
                syncing,
                appendOnly,
                holdsKeys,
                history,
                info.pulse());
    }

    /** The same of a replica whose master beats every 100 ms. */
    static InstanceInfo hearing(InstanceInfo info, Duration lastByteAgo) {
        return new InstanceInfo(
                info.text(),
                info.runId(),
                info.role(),
                info.replicas(),
                info.masterAddress(),
                info.masterLinkUp(),
                info.masterLinkDownFor(),
                info.replicaPriority(),
                info.replicaOffset(),
                info.replicaAnnounced(),
                info.loading(),
                info.syncing(),
                info.appendOnly(),
                info.holdsKeys(),
                info.history(),
                Optional.of(new InstanceInfo.Pulse(lastByteAgo, Duration.ofMillis(100))));
    }

    // ---- the world

    Neighbour at(Address address) {
        return neighbours.computeIfAbsent(address, _ -> new Neighbour());
    }

    /** The process is killed: its connections end, nobody listens. */
    void kill(Address address) {
        at(address).listens = false;
        links.forEach(
                (link, spec) -> {
                    if (spec.target().equals(address)) {
                        inputs.add(
                                new Input.LinkClosed(
                                        link, Input.LinkClosed.Cause.CLOSED_BY_PEER, "closed"));
                    }
                });
        links.values().removeIf(spec -> spec.target().equals(address));
        settle();
    }

    /** Back again. */
    void revive(Address address) {
        at(address).listens = true;
        at(address).answers = true;
    }

    LinkId link(Address address, LinkSpec.Kind kind) {
        return links.entrySet().stream()
                .filter(e -> e.getValue().target().equals(address))
                .filter(e -> e.getValue().kind() == kind)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    // ---- time and facts

    void start() {
        take(core.start(now));
        settle();
    }

    void advance(Duration time) {
        var end = now.plus(time);
        while (!core.nextDeadline().isAfter(end)) {
            now = core.nextDeadline().isAfter(now) ? core.nextDeadline() : now;
            step(new Input.WakeUp());
        }
        now = end;
    }

    void step(Input input) {
        inputs.add(input);
        settle();
    }

    private void settle() {
        for (var input = inputs.poll(); input != null; input = inputs.poll()) {
            take(core.step(input, now));
        }
    }

    ClientToken ask(OperatorCommand command) {
        var token = new ClientToken(++tokens);
        step(new Input.OperatorAsked(token, command));
        return token;
    }

    ClientToken askMasterDown(Address master, long epoch, Optional<SentinelId> candidate) {
        var token = new ClientToken(++tokens);
        step(new Input.MasterDownAsked(token, master, epoch, candidate));
        return token;
    }

    void hello(SentinelId from, Address at, long epoch, Address master, long configEpoch) {
        step(
                new Input.HelloHeard(
                        Optional.of(link(MASTER, LinkSpec.Kind.PUBSUB)),
                        new Hello(at, from, epoch, "mymaster", master, configEpoch).encode()));
    }

    void endWrites() {
        while (!writes.isEmpty()) {
            inputs.add(new Input.Persisted(writes.poll(), diskError));
        }
        settle();
    }

    // ---- effects

    private void take(List<Effect> done) {
        effects.addAll(done);
        for (var effect : done) {
            switch (effect) {
                case Effect.OpenLink(var link, var spec) -> open(link, spec);
                case Effect.CloseLink(var link, var _) -> links.remove(link);
                case Effect.Send(var link, var request) -> answer(link, request);
                case Effect.Persist(var sequence) -> {
                    if (diskAnswers) {
                        inputs.add(new Input.Persisted(sequence, diskError));
                    } else {
                        writes.add(sequence);
                    }
                }
                case Effect.Publish _, Effect.Log _, Effect.LogTime _ -> {}
                case Effect.Resolve(var name) -> {
                    if (dnsAnswers) {
                        inputs.add(new Input.NameResolved(name, dns.getOrDefault(name, List.of())));
                    }
                }
                case Effect.SetLogLevel _, Effect.Exit _ -> {}
                case Effect.Reply _, Effect.RunReconfigScript _ -> {}
            }
        }
    }

    private void open(LinkId link, LinkSpec spec) {
        targets.put(link, spec.target());
        var name = spec.target().host();
        if (dns.containsKey(name)) {
            inputs.add(new Input.NameResolved(name, dns.getOrDefault(name, List.of())));
        }
        if (at(spec.target()).swallowsConnections) {
            return;
        }
        if (at(spec.target()).listens) {
            links.put(link, spec);
            dns.getOrDefault(name, List.of()).stream()
                    .findFirst()
                    .ifPresent(ip -> inputs.add(new Input.NameReached(name, ip)));
            inputs.add(new Input.LinkOpened(link, "127.0.0.1"));
        } else {
            inputs.add(new Input.LinkClosed(link, at(spec.target()).closesWith, "not connected"));
        }
    }

    private void answer(LinkId link, Request request) {
        var spec = links.get(link);
        if (spec == null || !at(spec.target()).answers) {
            return;
        }
        var node = at(spec.target());
        switch (request) {
            case Request.Ping() -> inputs.add(new Input.PingAnswered(link, node.ping));
            case Request.Info() -> {
                if (node.tells) {
                    inputs.add(new Input.InfoAnswered(link, Optional.of(told(node))));
                }
            }
            case Request.PublishHello _ -> inputs.add(new Input.HelloPublished(link, true));
            case Request.AskMasterDown(var name, var _, var epoch, var candidate) -> {
                var asked =
                        new Answer.MasterDown(
                                !at(MASTER).listens,
                                node.votes ? candidate : Optional.empty(),
                                epoch);
                var opinion = node.opinion.apply(asked);
                inputs.add(
                        new Input.MasterDownAnswered(
                                link,
                                name,
                                opinion.down(),
                                opinion.leader(),
                                opinion.leaderEpoch()));
            }
            case Request.AskMaster(var name) ->
                    inputs.add(new Input.MasterDescribed(link, name, node.report));
            case Request.AskVotes(var name) ->
                    inputs.add(new Input.VotesShown(link, name, node.votesShown));
            case Request.ReplicaOf(var master) -> {
                if (node.discards.isEmpty()) {
                    obey(node, master);
                }
                inputs.add(
                        new Input.ReplicaOfAnswered(
                                link,
                                node.discards.map(by -> "EXECABORT " + by.error()),
                                node.discards));
            }
            case Request.ReplicaOfAlone(var master) -> {
                obey(node, master);
                inputs.add(new Input.ReplicaOfAnswered(link, Optional.empty()));
            }
            case Request.ScriptKill() -> {}
        }
    }

    private InstanceInfo told(Neighbour node) {
        return node.heard
                .apply(now)
                .filter(_ -> node.info.masterLinkUp())
                .map(at -> hearing(node.info, Duration.between(at, now)))
                .orElse(node.info);
    }

    private static void obey(Neighbour node, Optional<Address> master) {
        if (node.obeys) {
            node.info =
                    master.map(m -> following(node.info, m, true))
                            .orElse(master(node.info.runId().orElseThrow().charAt(0)));
        }
    }

    // ---- what happened

    List<String> events() {
        return effects.stream()
                .filter(Effect.Publish.class::isInstance)
                .map(effect -> ((Effect.Publish) effect).event())
                .filter(event -> event.level() != Event.Level.DEBUG)
                .map(event -> event.name() + " " + event.payload())
                .toList();
    }

    List<String> eventNames() {
        return events().stream().map(event -> event.substring(0, event.indexOf(' '))).toList();
    }

    boolean happened(String name) {
        return eventNames().contains(name);
    }

    /** The requests of one type to an address. */
    <T extends Request> List<T> sent(Address to, Class<T> type) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(Effect.Send.class::cast)
                .filter(e -> to.equals(targets.get(e.link())))
                .map(Effect.Send::request)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    Optional<Answer> reply(ClientToken token) {
        return effects.stream()
                .filter(Effect.Reply.class::isInstance)
                .map(Effect.Reply.class::cast)
                .filter(e -> e.client().equals(token))
                .map(Effect.Reply::answer)
                .findFirst();
    }

    List<String> logs() {
        return effects.stream()
                .filter(Effect.Log.class::isInstance)
                .map(effect -> ((Effect.Log) effect).text())
                .toList();
    }

    MasterView view() {
        return core.master("mymaster", now).orElseThrow();
    }

    ReplicaView replicaView(Address address) {
        return view().replicas().stream()
                .filter(r -> r.instance().address().equals(address))
                .findFirst()
                .orElseThrow();
    }
}
