package dev.vedette.sentinel.command;

import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.InstanceFlag;
import dev.vedette.sentinel.core.InstanceView;
import dev.vedette.sentinel.core.MasterView;

import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * SENTINEL MASTER of clients, who may act upon the answer for a while.
 *
 * <ul>
 *   <li>One that asks in the moment in which its master is being replaced would hear of a master
 *       that is down, or in a failover, and come back later: node-redis a second later, for what is
 *       over in fifty milliseconds. It is answered behind the switch instead, if that comes soon.
 *   <li>One that asks when the connection to the master was just lost is answered when it is known
 *       whether the master lives: node-redis waits for a master that is not said to be disconnected
 *       until it comes back, for ever.
 * </ul>
 *
 * <p>Sentinels are told at once how far the failover is (guard G2). Event loop only.
 */
final class MasterQuestions {
    private static final Logger log = LoggerFactory.getLogger(MasterQuestions.class);

    /** A switch takes less, from +sdown on, unless votes or nodes are missing. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    /**
     * Nor is a master described that will be down so soon, and is silent for most of down-after:
     * who comes back in a second needs a part of one then, through TLS.
     */
    private static final Duration LEAD = Duration.ofMillis(300);

    /** All who ask are looked after at once, however much happens. */
    private static final Duration LOOK_PAUSE = Duration.ofMillis(5);

    /** So long nobody waits any more for a switch that did not come. */
    private static final Duration DISAPPOINTMENT = Duration.ofSeconds(5);

    private record Question(ClientSession client, String master, ReplyPlaces.Place place) {}

    private final EventLoop loop;
    private final Sentinel sentinel;

    /** By the names of their masters. */
    private final Map<String, Set<Question>> waiting = new LinkedHashMap<>();

    private final Set<String> inVain = new HashSet<>();
    private boolean willLook;

    MasterQuestions(EventLoop loop, Sentinel sentinel) {
        this.loop = loop;
        this.sentinel = sentinel;
    }

    /** Answers now, or when more is known. */
    void ask(ClientSession client, MasterView master) {
        var name = master.name();
        if (client.isSentinel() || inVain.contains(name) || !isInTheBalance(master)) {
            InstanceReply.master(client.reply(), master);
            return;
        }
        var question = new Question(client, name, client.waitForAnswer());
        waiting.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(question);
        after(LEAD.plus(PATIENCE), () -> giveUp(question));
    }

    /** Something happened: perhaps more is known. */
    void lookAgain() {
        if (!waiting.isEmpty() && !willLook) {
            willLook = true;
            after(LOOK_PAUSE, this::look);
        }
    }

    private void look() {
        willLook = false;
        for (var name : List.copyOf(waiting.keySet())) {
            if (sentinel.master(name).filter(MasterQuestions::isInTheBalance).isEmpty()) {
                answerAll(name);
            }
        }
    }

    private void giveUp(Question question) {
        var name = question.master();
        if (waiting.getOrDefault(name, Set.of()).contains(question)) {
            inVain.add(name);
            after(DISAPPOINTMENT, () -> inVain.remove(name));
            answerAll(name);
        }
    }

    private void answerAll(String name) {
        var questions = waiting.remove(name);
        if (questions != null) {
            questions.forEach(this::answer);
        }
    }

    private void answer(Question question) {
        var client = question.client();
        try {
            client.answered(question.place(), () -> describe(client, question.master()));
        } catch (RuntimeException broken) {
            log.error("a question failed; closing client {}", client.describe(), broken);
            client.kill();
        }
    }

    private void describe(ClientSession client, String name) {
        sentinel.master(name)
                .ifPresentOrElse(
                        master -> InstanceReply.master(client.reply(), master),
                        () -> Dispatcher.refuse(client, SentinelCommands.NO_SUCH_MASTER));
    }

    void forget(ClientSession client) {
        waiting.values().forEach(all -> all.removeIf(question -> question.client() == client));
        waiting.values().removeIf(Set::isEmpty);
    }

    private void after(Duration time, Runnable work) {
        loop.schedule(work, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static boolean isInTheBalance(MasterView master) {
        var instance = master.instance();
        return isBeingReplaced(master)
                || !master.clientAddress().equals(instance.address())
                || (instance.unproven()
                        && !instance.has(InstanceFlag.DISCONNECTED)
                        && !instance.has(InstanceFlag.S_DOWN));
    }

    private static boolean isBeingReplaced(MasterView master) {
        return !master.replicas().isEmpty()
                && (master.failover() != FailoverPhase.NONE || isGoingDown(master.instance()));
    }

    /** One that has long been down and was not replaced will hardly be so now. */
    private static boolean isGoingDown(InstanceView master) {
        return master.subjectivelyDownFor()
                .map(time -> time.compareTo(PATIENCE) < 0)
                .orElse(isSilent(master));
    }

    private static boolean isSilent(InstanceView master) {
        var downAfter = master.downAfter();
        var silence = master.lastPingSent();
        return silence.plus(LEAD).compareTo(downAfter) > 0
                && silence.compareTo(downAfter.dividedBy(2)) > 0;
    }
}
