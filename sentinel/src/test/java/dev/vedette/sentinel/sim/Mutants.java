package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Old bugs of Redis Sentinel, and what its slowness hid, put back around the production core. Each
 * is found by what {@link MutantsTest} says.
 */
final class Mutants {
    private Mutants() {}

    // ---- what INFO told is taken for something else

    private static InstanceInfo info(
            InstanceInfo told,
            Optional<InstanceInfo.Role> role,
            Duration linkDownFor,
            int priority,
            boolean loading,
            Optional<History> history) {
        return new InstanceInfo(
                told.text(),
                told.runId(),
                role,
                told.replicas(),
                told.masterAddress(),
                told.masterLinkUp(),
                linkDownFor,
                priority,
                told.replicaOffset(),
                told.replicaAnnounced(),
                loading,
                told.syncing(),
                told.appendOnly(),
                told.holdsKeys(),
                history);
    }

    private static Runner.Factory reading(UnaryOperator<InstanceInfo> wrongly) {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return List.of(
                                input instanceof Input.InfoAnswered(var id, var info)
                                        ? new Input.InfoAnswered(id, info.map(wrongly))
                                        : input);
                    }
                };
    }

    /** redis-doc#1627: a node that must never be promoted is. */
    static Runner.Factory takesPriorityZeroForAnyOther() {
        return reading(
                told ->
                        info(
                                told,
                                told.role(),
                                told.masterLinkDownFor(),
                                Math.max(1, told.replicaPriority()),
                                told.loading(),
                                told.history()));
    }

    /** openark/orchestrator#1050: promoted after days without its master. */
    static Runner.Factory forgetsHowLongAReplicaWasWithoutItsMaster() {
        return reading(
                told ->
                        info(
                                told,
                                told.role(),
                                Duration.ZERO,
                                told.replicaPriority(),
                                told.loading(),
                                told.history()));
    }

    /** redis#12570: A fails, B is promoted, B fails, A comes back and is promoted with old data. */
    static Runner.Factory knowsNoLineage() {
        return reading(
                told ->
                        info(
                                told,
                                told.role(),
                                told.masterLinkDownFor(),
                                told.replicaPriority(),
                                told.loading(),
                                Optional.empty()));
    }

    /** A replica that loads answers LOADING, which Redis takes for PONG. */
    static Runner.Factory promotesOneThatLoads() {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return List.of(
                                switch (input) {
                                    case Input.InfoAnswered(var id, var told) ->
                                            new Input.InfoAnswered(id, told.map(Mutants::loaded));
                                    case Input.PingAnswered(var id, var _) ->
                                            new Input.PingAnswered(id, Input.PingReply.VALID);
                                    default -> input;
                                });
                    }
                };
    }

    private static InstanceInfo loaded(InstanceInfo told) {
        return info(
                told,
                told.role(),
                told.masterLinkDownFor().isNegative() ? Duration.ZERO : told.masterLinkDownFor(),
                told.replicaPriority(),
                false,
                told.history());
    }

    /** An INFO that does not say master is taken for the proof of a promotion. */
    static Runner.Factory announcesWithoutProof() {
        return perform ->
                new Bug(perform) {
                    private final Map<LinkId, Boolean> promoted = new HashMap<>();

                    @Override
                    List<Effect> performed(Effect effect) {
                        if (effect instanceof Effect.Send(var id, Request.ReplicaOf(var master))) {
                            promoted.put(id, master.isEmpty());
                        }
                        return List.of(effect);
                    }

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.InfoAnswered(var id, var told)
                                && promoted.getOrDefault(id, false)) {
                            return List.of(new Input.InfoAnswered(id, told.map(Mutants::asMaster)));
                        }
                        return List.of(input);
                    }
                };
    }

    private static InstanceInfo asMaster(InstanceInfo told) {
        return info(
                told,
                Optional.of(InstanceInfo.Role.MASTER),
                Duration.ZERO,
                told.replicaPriority(),
                told.loading(),
                told.history());
    }

    /** Two groups on one address (redis#2335, redis-operator#1793): nobody looks whose it is. */
    static Runner.Factory asksNobodyWhoseTheNodeIs() {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return switch (input) {
                            case Input.HelloHeard(var _, var payload)
                                    when payload.contains(",another,") ->
                                    List.of();
                            case Input.InfoAnswered(var id, var told) ->
                                    List.of(
                                            new Input.InfoAnswered(
                                                    id, told.map(Mutants::withoutHistory)));
                            default -> List.of(input);
                        };
                    }
                };
    }

    private static InstanceInfo withoutHistory(InstanceInfo told) {
        return info(
                told,
                told.role(),
                told.masterLinkDownFor(),
                told.replicaPriority(),
                told.loading(),
                Optional.empty());
    }

    // ---- votes and the disk

    /** redis#8172: what cannot be saved is spoken all the same. */
    static Runner.Factory speaksBeforeTheDisk() {
        return perform ->
                new Runner() {
                    @Override
                    public void take(List<Effect> effects) {
                        effects.forEach(perform);
                    }

                    @Override
                    public void persisted(long sequence) {}
                };
    }

    /** A failed fsync is taken for a good one, because the next one says nothing of it. */
    static Runner.Factory takesAFailedWriteForAGoodOne() {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return List.of(
                                input instanceof Input.Persisted(var sequence, var _)
                                        ? new Input.Persisted(sequence, Optional.empty())
                                        : input);
                    }
                };
    }

    /** redis-library#287: after a restart the conf is that of before. */
    static Runner.Factory forgetsItsVotesAtARestart() {
        return perform ->
                new Bug(perform) {
                    @Override
                    public SentinelState loads(SentinelState conf) {
                        return new SentinelState(
                                conf.myId(),
                                0,
                                conf.options(),
                                conf.masters().stream()
                                        .map(
                                                m ->
                                                        new SentinelState.Master(
                                                                m.name(),
                                                                m.address(),
                                                                m.quorum(),
                                                                m.options(),
                                                                0,
                                                                0,
                                                                m.replicas(),
                                                                m.peers()))
                                        .toList());
                    }
                };
    }

    /** A vote of an older epoch counts in the present one. */
    static Runner.Factory countsEveryVoteForItself() {
        return perform ->
                new Bug(perform) {
                    private Optional<Request.AskMasterDown> asked = Optional.empty();

                    @Override
                    List<Effect> performed(Effect effect) {
                        if (effect instanceof Effect.Send(var _, Request.AskMasterDown question)
                                && question.candidate().isPresent()) {
                            asked = Optional.of(question);
                        }
                        return List.of(effect);
                    }

                    @Override
                    List<Input> told(Input input) {
                        if (input
                                        instanceof
                                        Input.MasterDownAnswered(
                                                var id,
                                                var name,
                                                var down,
                                                var leader,
                                                var _)
                                && leader.isPresent()
                                && asked.isPresent()) {
                            return List.of(
                                    new Input.MasterDownAnswered(
                                            id,
                                            name,
                                            down,
                                            asked.get().candidate(),
                                            asked.get().epoch()));
                        }
                        return List.of(input);
                    }
                };
    }

    /** redis#13658: it acts before anybody told it what happened while it was away. */
    static Runner.Factory startsWithoutAsking() {
        return perform ->
                new Bug(perform) {
                    private final List<Input> answers = new ArrayList<>();

                    @Override
                    List<Effect> performed(Effect effect) {
                        if (effect instanceof Effect.Send(var id, Request.AskMaster(var name))) {
                            answers.add(
                                    new Input.MasterDescribed(
                                            id,
                                            name,
                                            Optional.of(
                                                    new MasterReport(
                                                            new Address("10.0.0.1", 6379),
                                                            0,
                                                            FailoverPhase.NONE))));
                        } else if (effect
                                instanceof Effect.Send(var id, Request.AskVotes(var name))) {
                            answers.add(new Input.VotesShown(id, name, Map.of()));
                        }
                        return List.of(effect);
                    }

                    @Override
                    List<Input> told(Input input) {
                        var all = new ArrayList<>(answers);
                        answers.clear();
                        if (!(input instanceof Input.MasterDescribed)
                                && !(input instanceof Input.VotesShown)) {
                            all.add(input);
                        }
                        return all;
                    }
                };
    }

    /** redis#2370: two leaders in neighbouring epochs, each at work. */
    static Runner.Factory doesNotHearOfALeaderAtWork() {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return List.of(
                                input instanceof Input.MasterDescribed(var id, var name, var report)
                                        ? new Input.MasterDescribed(
                                                id, name, report.map(Mutants::idle))
                                        : input);
                    }
                };
    }

    private static MasterReport idle(MasterReport told) {
        return new MasterReport(told.address(), told.configEpoch(), FailoverPhase.NONE);
    }

    /** FAILOVER on two sentinels at once takes one epoch for both. */
    static Runner.Factory forcesItsEpochWhateverOthersSay() {
        return perform ->
                new Bug(perform) {
                    private Optional<SentinelId> me = Optional.empty();

                    @Override
                    public SentinelState loads(SentinelState conf) {
                        me = Optional.of(conf.myId());
                        return conf;
                    }

                    @Override
                    List<Input> told(Input input) {
                        return switch (input) {
                            case Input.MasterDownAnswered answer
                                    when answer.leader().isPresent()
                                            && !answer.leader().equals(me) ->
                                    List.of(
                                            new Input.MasterDownAnswered(
                                                    answer.link(),
                                                    answer.masterName(),
                                                    answer.down(),
                                                    Optional.empty(),
                                                    0));
                            case Input.MasterDescribed(var id, var name, var report) ->
                                    List.of(
                                            new Input.MasterDescribed(
                                                    id, name, report.map(Mutants::idle)));
                            default -> List.of(input);
                        };
                    }
                };
    }

    // ---- opinions and hellos

    /** Lab: "the master is down" is kept for five seconds, also for the next master. */
    static Runner.Factory keepsAnswersAboutTheMasterBefore() {
        return perform ->
                new Bug(perform) {
                    private final Map<LinkId, Boolean> saidDown = new HashMap<>();

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.MasterDownAnswered answer) {
                            saidDown.merge(answer.link(), answer.down(), Boolean::logicalOr);
                            return List.of(
                                    new Input.MasterDownAnswered(
                                            answer.link(),
                                            answer.masterName(),
                                            saidDown.getOrDefault(answer.link(), false),
                                            answer.leader(),
                                            answer.leaderEpoch()));
                        }
                        return List.of(input);
                    }
                };
    }

    /** redis#12271: what the last hello says is right, epoch or not. */
    static Runner.Factory believesTheLastHello() {
        return perform ->
                new Bug(perform) {
                    private long most;

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.HelloHeard(var id, var payload)) {
                            var hello = Hello.decode(payload);
                            if (hello.isPresent() && hello.get().configEpoch() > 0) {
                                var heard = hello.get();
                                most = Math.max(most, heard.configEpoch()) + 1;
                                return List.of(
                                        new Input.HelloHeard(
                                                id,
                                                new Hello(
                                                                heard.sentinel(),
                                                                heard.id(),
                                                                Math.max(
                                                                        most, heard.currentEpoch()),
                                                                heard.masterName(),
                                                                heard.master(),
                                                                most)
                                                        .encode()));
                            }
                        }
                        return List.of(input);
                    }
                };
    }

    /** redis#6194: a sentinel that comes back with a new id counts beside its old self. */
    static Runner.Factory forgetsNoSentinelAtAnAddress() {
        return perform ->
                new Bug(perform) {
                    private final Map<SentinelId, Address> places = new HashMap<>();

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.HelloHeard(var id, var payload)) {
                            var hello = Hello.decode(payload);
                            if (hello.isPresent()) {
                                return List.of(new Input.HelloHeard(id, moved(hello.get())));
                            }
                        }
                        return List.of(input);
                    }

                    private String moved(Hello hello) {
                        var place = hello.sentinel();
                        while (places.entrySet().stream().anyMatch(taken(place, hello.id()))) {
                            place = new Address(place.host(), place.port() + 1);
                        }
                        places.put(hello.id(), place);
                        return new Hello(
                                        place,
                                        hello.id(),
                                        hello.currentEpoch(),
                                        hello.masterName(),
                                        hello.master(),
                                        hello.configEpoch())
                                .encode();
                    }
                };
    }

    private static java.util.function.Predicate<Map.Entry<SentinelId, Address>> taken(
            Address place, SentinelId id) {
        return entry -> entry.getValue().equals(place) && !entry.getKey().equals(id);
    }

    // ---- orders

    private static Runner.Factory ordering(
            java.util.function.BiFunction<Bug, Effect, List<Effect>> wrongly) {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Effect> performed(Effect effect) {
                        return wrongly.apply(this, effect);
                    }
                };
    }

    /** redis#6743: a node is told to follow itself. */
    static Runner.Factory tellsNodesToFollowThemselves() {
        return ordering(
                (bug, effect) ->
                        effect instanceof Effect.Send(var id, Request.ReplicaOf(var master))
                                        && master.isPresent()
                                ? List.of(
                                        new Effect.Send(id, new Request.ReplicaOf(bug.target(id))))
                                : List.of(effect));
    }

    /** One leader, two promotions. */
    static Runner.Factory promotesWhomItShouldRepoint() {
        return ordering(
                (_, effect) ->
                        effect instanceof Effect.Send(var id, Request.ReplicaOf(var master))
                                        && master.isPresent()
                                ? List.of(
                                        new Effect.Send(
                                                id, new Request.ReplicaOf(Optional.empty())))
                                : List.of(effect));
    }

    /** redis#4936: CONFIG is renamed there, so the whole transaction is refused, and that is it. */
    static Runner.Factory neverOrdersAlone() {
        return ordering(
                (_, effect) ->
                        effect instanceof Effect.Send(var _, Request.ReplicaOfAlone _)
                                ? List.of()
                                : List.of(effect));
    }

    /** The gap in front of a leader's hello: who says master is made a replica at once. */
    static Runner.Factory demotesWhoeverSaysMaster() {
        return perform ->
                new Bug(perform) {
                    private Optional<Address> master = Optional.empty();

                    @Override
                    List<Effect> performed(Effect effect) {
                        if (effect instanceof Effect.Send(var _, Request.PublishHello(var hello))) {
                            master = Optional.of(hello.master());
                        }
                        return List.of(effect);
                    }

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.InfoAnswered(var id, var told)
                                && told.flatMap(InstanceInfo::role)
                                        .equals(Optional.of(InstanceInfo.Role.MASTER))
                                && master.isPresent()
                                && !target(id).equals(master)) {
                            perform.accept(new Effect.Send(id, new Request.ReplicaOf(master)));
                            // Its reply finds no order of the core behind it.
                        }
                        return input instanceof Input.ReplicaOfAnswered
                                ? List.of()
                                : List.of(input);
                    }
                };
    }

    /** redis-operator#1883: RESET forgets the replicas at once. */
    static Runner.Factory forgetsTheReplicasAtAReset() {
        return perform ->
                new Bug(perform) {
                    private Optional<SentinelState.Master> known = Optional.empty();

                    @Override
                    public SentinelState loads(SentinelState conf) {
                        known = conf.masters().stream().findFirst();
                        return conf;
                    }

                    @Override
                    List<Input> told(Input input) {
                        if (input
                                        instanceof
                                        Input.OperatorAsked(var client, OperatorCommand.Reset _)
                                && known.isPresent()) {
                            var name = known.get().name();
                            return List.of(
                                    new Input.OperatorAsked(
                                            client, new OperatorCommand.Remove(name)),
                                    new Input.OperatorAsked(
                                            client,
                                            new OperatorCommand.Monitor(
                                                    name,
                                                    known.get().address(),
                                                    known.get().quorum())));
                        }
                        return List.of(input);
                    }
                };
    }

    // ---- time

    /** Lab: a lost connection is tried again only after a second. */
    static Runner.Factory connectsOnceASecond(Simulation sim) {
        return perform ->
                new Bug(perform) {
                    private final Map<Address, Long> triedAt = new HashMap<>();

                    @Override
                    List<Effect> performed(Effect effect) {
                        if (effect instanceof Effect.OpenLink(var _, var spec)
                                && spec.kind() == dev.vedette.sentinel.core.LinkSpec.Kind.COMMAND) {
                            long now = sim.world.queue.now();
                            long wait =
                                    triedAt.getOrDefault(spec.target(), -1_000_000L)
                                            + 1_000_000
                                            - now;
                            triedAt.put(spec.target(), Math.max(now, now + wait));
                            if (wait > 0) {
                                sim.world.queue.after(wait, () -> perform.accept(effect));
                                return List.of();
                            }
                        }
                        return List.of(effect);
                    }
                };
    }

    /** redis#2615: the leader tells of the switch only when the last replica follows. */
    static Runner.Factory announcesLate(Simulation sim) {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Effect> performed(Effect effect) {
                        boolean tells =
                                effect instanceof Effect.Publish(var event)
                                        && event.name().equals("+switch-master");
                        boolean says =
                                effect instanceof Effect.Send(var _, Request.PublishHello(var h))
                                        && h.configEpoch() > 0;
                        if (tells || says) {
                            sim.world.queue.after(10_000_000, () -> perform.accept(effect));
                            return List.of();
                        }
                        return List.of(effect);
                    }
                };
    }

    /** redis#13866: a name server that hangs stops the only thread. */
    static Runner.Factory waitsForNames(Simulation sim) {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Effect> performed(Effect effect) {
                        if (effect instanceof Effect.OpenLink(var _, var spec)
                                && sim.world.names.isName(spec.target().host())
                                && sim.world.names.hangs()) {
                            sim.world.sentinels().stream()
                                    .filter(
                                            s ->
                                                    spec.clientName()
                                                            .contains(s.id.text().substring(0, 8)))
                                    .forEach(
                                            s -> {
                                                s.pause();
                                                sim.world.queue.after(5_000_000, s::resume);
                                            });
                        }
                        return List.of(effect);
                    }
                };
    }
}
