package dev.vedette.sentinel.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Persist before speak: keeps the core's effects in their order, and holds back what stands behind
 * a {@link Effect.Persist} until that state is on disk (guard G13). Effects of later steps queue
 * behind those of earlier ones.
 *
 * <p>What depends on no state goes on meanwhile, so that a slow disk never makes a live instance
 * look dead: connecting, PING, and INFO. One INFO waits: the one that is asked on a link whose
 * REPLICAOF is still held back, because it shall prove what that REPLICAOF did (guard G22).
 *
 * <p>The queue is bounded by the core, which has at most some hundred requests under way on each
 * link.
 */
public final class EffectGate {
    private final Consumer<Effect> performer;
    private final Deque<Effect> held = new ArrayDeque<>();

    /**
     * @param performer carries out one effect; a Persist is handed on when it is admitted
     */
    public EffectGate(Consumer<Effect> performer) {
        this.performer = performer;
    }

    /** Takes the effects of one step. */
    public void admit(List<Effect> effects) {
        for (var effect : effects) {
            switch (effect) {
                case Effect.Persist persist -> {
                    held.add(persist);
                    performer.accept(persist);
                }
                case Effect other when held.isEmpty() || overtakes(other) ->
                        performer.accept(other);
                case Effect other -> held.add(other);
            }
        }
    }

    /** That state, and with it every earlier one, is on disk, or has failed to get there. */
    public void persisted(long sequence) {
        while (!held.isEmpty()) {
            if (held.peek() instanceof Effect.Persist barrier) {
                if (barrier.sequence() > sequence) {
                    return;
                }
                held.remove();
            } else {
                performer.accept(held.remove());
            }
        }
    }

    public boolean isEmpty() {
        return held.isEmpty();
    }

    private boolean overtakes(Effect effect) {
        return switch (effect) {
            case Effect.OpenLink _, Effect.Resolve _ -> true;
            case Effect.Send(var _, Request.Ping _) -> true;
            case Effect.Send(var link, Request.Info _) -> !holdsReplicaOf(link);
            default -> false;
        };
    }

    private boolean holdsReplicaOf(LinkId link) {
        return held.stream()
                .anyMatch(
                        effect ->
                                (effect instanceof Effect.Send(var on, Request.ReplicaOf _)
                                                && on.equals(link))
                                        || (effect
                                                        instanceof
                                                        Effect.Send(
                                                                var alone,
                                                                Request.ReplicaOfAlone _)
                                                && alone.equals(link)));
    }
}
