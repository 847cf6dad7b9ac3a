package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.Request;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds back all that stands behind a {@link Effect.Persist} until that state is on disk, and
 * everything after it, so that nothing overtakes; only pings, INFO requests and connecting go on.
 */
final class FaithfulRunner implements Runner {
    private final ArrayDeque<Effect> held = new ArrayDeque<>();

    @Override
    public void take(List<Effect> effects, Consumer<Effect> perform) {
        for (var effect : effects) {
            if (effect instanceof Effect.Persist) {
                // It is written at once; its place in the queue is the barrier.
                perform.accept(effect);
                held.add(effect);
            } else if (held.isEmpty() || mayOvertake(effect)) {
                perform.accept(effect);
            } else {
                held.add(effect);
            }
        }
    }

    @Override
    public void persisted(long sequence, Optional<String> error, Consumer<Effect> perform) {
        while (!held.isEmpty()) {
            if (held.peek() instanceof Effect.Persist barrier && barrier.sequence() > sequence) {
                return;
            }
            var effect = held.poll();
            if (!(effect instanceof Effect.Persist)) {
                perform.accept(effect);
            }
        }
    }

    private static boolean mayOvertake(Effect effect) {
        return switch (effect) {
            case Effect.OpenLink _ -> true;
            case Effect.Send(_, Request.Ping()) -> true;
            case Effect.Send(_, Request.Info()) -> true;
            default -> false;
        };
    }
}
