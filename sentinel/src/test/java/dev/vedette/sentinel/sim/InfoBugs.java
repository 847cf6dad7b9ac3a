package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.Request;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Bugs of reading INFO: what it told is taken for something else. */
final class InfoBugs {
    private InfoBugs() {}

    /** An INFO that is about to be changed. */
    private static final class Draft {
        private final InstanceInfo told;
        private Optional<InstanceInfo.Role> role;
        private Duration linkDownFor;
        private int priority;
        private boolean loading;
        private Optional<History> history;

        private Draft(InstanceInfo told) {
            this.told = told;
            this.role = told.role();
            this.linkDownFor = told.masterLinkDownFor();
            this.priority = told.replicaPriority();
            this.loading = told.loading();
            this.history = told.history();
        }

        private InstanceInfo info() {
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
                    history,
                    told.pulse());
        }
    }

    /** What is told, if it is an INFO, is changed. */
    private static Input changed(Input input, Consumer<Draft> wrongly) {
        if (!(input instanceof Input.InfoAnswered(var id, var told))) {
            return input;
        }
        var drafts = told.map(Draft::new);
        drafts.ifPresent(wrongly);
        return new Input.InfoAnswered(id, drafts.map(Draft::info));
    }

    private static Runner.Factory reading(Consumer<Draft> wrongly) {
        return Bug.hearing(input -> changed(input, wrongly));
    }

    /** redis-doc#1627: a node that must never be promoted is. */
    static Runner.Factory takesPriorityZeroForAnyOther() {
        return reading(info -> info.priority = Math.max(1, info.priority));
    }

    /** openark/orchestrator#1050: promoted after days without its master. */
    static Runner.Factory forgetsHowLongAReplicaWasWithoutItsMaster() {
        return reading(info -> info.linkDownFor = Duration.ZERO);
    }

    /** redis#12570: A fails, B is promoted, B fails, A comes back and is promoted with old data. */
    static Runner.Factory knowsNoLineage() {
        return reading(info -> info.history = Optional.empty());
    }

    /** A replica that loads answers LOADING, which Redis takes for PONG. */
    static Runner.Factory promotesOneThatLoads() {
        return Bug.hearing(
                input ->
                        input instanceof Input.PingAnswered(var id, var _)
                                ? new Input.PingAnswered(id, Input.PingReply.VALID)
                                : changed(input, InfoBugs::loaded));
    }

    private static void loaded(Draft info) {
        info.loading = false;
        if (info.linkDownFor.isNegative()) {
            info.linkDownFor = Duration.ZERO;
        }
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
                        return List.of(
                                input instanceof Input.InfoAnswered(var id, var _)
                                                && promoted.getOrDefault(id, false)
                                        ? changed(input, InfoBugs::asMaster)
                                        : input);
                    }
                };
    }

    private static void asMaster(Draft info) {
        info.role = Optional.of(InstanceInfo.Role.MASTER);
        info.linkDownFor = Duration.ZERO;
    }

    /** Two groups on one address (redis#2335, redis-operator#1793): nobody looks whose it is. */
    static Runner.Factory asksNobodyWhoseTheNodeIs() {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return input instanceof Input.HelloHeard(var _, var payload)
                                        && payload.contains(",another,")
                                ? List.of()
                                : List.of(changed(input, info -> info.history = Optional.empty()));
                    }
                };
    }
}
