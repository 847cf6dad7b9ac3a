package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Effect;
import dev.vedette.sentinel.core.LinkSpec;
import dev.vedette.sentinel.core.Request;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bugs of waiting: what must happen at once happens later. */
final class TimeBugs {
    private TimeBugs() {}

    /** Lab: a lost connection is tried again only after a second. */
    static Runner.Factory connectsOnceASecond(Simulation sim) {
        return perform -> {
            var triedAt = new HashMap<Address, Long>();
            return Bug.late(
                            sim,
                            effect ->
                                    effect instanceof Effect.OpenLink(var _, var spec)
                                                    && spec.kind() == LinkSpec.Kind.COMMAND
                                            ? pause(triedAt, spec.target(), sim.world.queue.now())
                                            : 0)
                    .create(perform);
        };
    }

    private static long pause(Map<Address, Long> triedAt, Address target, long now) {
        long pause = triedAt.getOrDefault(target, -1_000_000L) + 1_000_000 - now;
        triedAt.put(target, Math.max(now, now + pause));
        return pause;
    }

    /** redis#2615: the leader tells of the switch only when the last replica follows. */
    static Runner.Factory announcesLate(Simulation sim) {
        return Bug.late(
                sim,
                effect -> {
                    boolean tells =
                            effect instanceof Effect.Publish(var event)
                                    && event.name().equals("+switch-master");
                    boolean says =
                            effect instanceof Effect.Send(var _, Request.PublishHello(var hello))
                                    && hello.configEpoch() > 0;
                    return tells || says ? 10_000_000 : 0;
                });
    }

    /** redis#13866: a name server that hangs stops the only thread. */
    static Runner.Factory waitsForNames(Simulation sim) {
        return Bug.ordering(
                (_, effect) -> {
                    if (effect instanceof Effect.OpenLink(var _, var spec)
                            && sim.world.names.isName(spec.target().host())
                            && sim.world.names.hangs()) {
                        sim.world.sentinels().stream()
                                .filter(s -> spec.clientName().contains(shortId(s)))
                                .forEach(
                                        s -> {
                                            s.pause();
                                            sim.world.queue.after(5_000_000, s::resume);
                                        });
                    }
                    return List.of(effect);
                });
    }

    private static String shortId(SentinelMachine sentinel) {
        return sentinel.id.text().substring(0, 8);
    }
}
