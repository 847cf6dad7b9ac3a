package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bugs of votes, and of what must be on disk before it is spoken. */
final class VoteBugs {
    private VoteBugs() {}

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
        return Bug.hearing(
                input ->
                        input instanceof Input.Persisted(var sequence, var _)
                                ? new Input.Persisted(sequence, Optional.empty())
                                : input);
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
        return Bug.hearing(
                input ->
                        input instanceof Input.MasterDescribed(var id, var name, var report)
                                ? new Input.MasterDescribed(id, name, report.map(VoteBugs::idle))
                                : input);
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
                                                    id, name, report.map(VoteBugs::idle)));
                            default -> List.of(input);
                        };
                    }
                };
    }
}
