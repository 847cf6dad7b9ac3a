package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.EffectGate;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.SentinelState;

import java.util.List;
import java.util.function.Consumer;

/**
 * Which effects may leave the process when: the contract between the core and whoever runs it (see
 * {@link Effect}). The simulator uses the production {@link EffectGate}; the tests plant ones that
 * break the contract, to show that the rules notice.
 */
interface Runner {
    /** The effects of one step, in order. */
    void take(List<Effect> effects);

    /** The state of that sequence, and of every smaller one, is on disk, or failed to get there. */
    void persisted(long sequence);

    /** What the core is told in place of that: the production one tells it as it is. */
    default List<Input> hears(Input input) {
        return List.of(input);
    }

    /** What the core reads from its conf at the start. */
    default SentinelState loads(SentinelState conf) {
        return conf;
    }

    /** Makes one for each life of a sentinel; {@code perform} lets one effect happen. */
    interface Factory {
        Runner create(Consumer<Effect> perform);
    }

    static Runner production(Consumer<Effect> perform) {
        var gate = new EffectGate(perform);
        return new Runner() {
            @Override
            public void take(List<Effect> effects) {
                gate.admit(effects);
            }

            @Override
            public void persisted(long sequence) {
                gate.persisted(sequence);
            }
        };
    }

    /**
     * Whether an order that waited for the disk is looked at again before it leaves (guard G19).
     */
    default boolean checksOrders() {
        return true;
    }
}
