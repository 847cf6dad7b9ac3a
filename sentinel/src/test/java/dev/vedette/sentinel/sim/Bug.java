package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.LinkId;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * A defect around the production core: what it is told, or what it orders, is not what it should
 * be. The gate behind it is the production one.
 */
abstract class Bug implements Runner {
    private final Runner production;
    private final Map<LinkId, Address> targets = new HashMap<>();
    private final Map<LinkId, Boolean> sentinels = new HashMap<>();
    final Consumer<Effect> perform;

    Bug(Consumer<Effect> perform) {
        this.perform = perform;
        this.production =
                Runner.production(
                        effect -> {
                            if (effect instanceof Effect.OpenLink(var id, var spec)) {
                                targets.put(id, spec.target());
                                sentinels.put(id, spec.toSentinel());
                            }
                            performed(effect).forEach(perform);
                        });
    }

    /** What happens in place of that effect. */
    List<Effect> performed(Effect effect) {
        return List.of(effect);
    }

    /** Where that link leads. */
    Optional<Address> target(LinkId link) {
        return Optional.ofNullable(targets.get(link));
    }

    boolean leadsToSentinel(LinkId link) {
        return sentinels.getOrDefault(link, false);
    }

    /** What it makes of an order is to be found by the rules. */
    @Override
    public boolean checksOrders() {
        return false;
    }

    @Override
    public void take(List<Effect> effects) {
        production.take(effects);
    }

    @Override
    public void persisted(long sequence) {
        production.persisted(sequence);
    }

    @Override
    public List<Input> hears(Input input) {
        return told(input);
    }

    /** What the core is told in place of that. */
    List<Input> told(Input input) {
        return List.of(input);
    }

    // ---- shapes of bugs

    /** Everything it is told is changed one by one. */
    static Runner.Factory hearing(UnaryOperator<Input> wrongly) {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Input> told(Input input) {
                        return List.of(wrongly.apply(input));
                    }
                };
    }

    /** Other orders leave it than the core gave. */
    static Runner.Factory ordering(BiFunction<Bug, Effect, List<Effect>> wrongly) {
        return perform ->
                new Bug(perform) {
                    @Override
                    List<Effect> performed(Effect effect) {
                        return wrongly.apply(this, effect);
                    }
                };
    }

    /** Some orders leave it late: that many microseconds, if any. */
    static Runner.Factory late(Simulation sim, ToLongFunction<Effect> delay) {
        return ordering(
                (bug, effect) -> {
                    long micros = delay.applyAsLong(effect);
                    if (micros <= 0) {
                        return List.of(effect);
                    }
                    sim.world.queue.after(micros, () -> bug.perform.accept(effect));
                    return List.of();
                });
    }
}
