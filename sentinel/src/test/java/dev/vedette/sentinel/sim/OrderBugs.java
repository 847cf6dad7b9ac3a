package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.InstanceInfo;
import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelState;

import java.util.List;
import java.util.Optional;

/** Bugs of orders to data nodes: to whom, what, and when. */
final class OrderBugs {
    private OrderBugs() {}

    /** redis#6743: a node is told to follow itself. */
    static Runner.Factory tellsNodesToFollowThemselves() {
        return Bug.ordering(
                (bug, effect) ->
                        effect instanceof Effect.Send(var id, Request.ReplicaOf(var master))
                                        && master.isPresent()
                                ? List.of(
                                        new Effect.Send(id, new Request.ReplicaOf(bug.target(id))))
                                : List.of(effect));
    }

    /** One leader, two promotions. */
    static Runner.Factory promotesWhomItShouldRepoint() {
        return Bug.ordering(
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
        return Bug.ordering(
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
}
