package dev.vedette.sentinel.command;

import dev.vedette.sentinel.core.Event;
import dev.vedette.sentinel.core.FailoverPhase;
import dev.vedette.sentinel.core.InstanceView;
import dev.vedette.sentinel.core.MasterView;

import io.netty.channel.EventLoop;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * SENTINEL MASTER of clients. One that asks in the moment in which its master is being replaced
 * would hear of a master that is down, or in a failover, and come back later: node-redis a second
 * later, for what is over in fifty milliseconds. It is answered behind the switch instead, if that
 * comes soon. Sentinels are told at once how far the failover is (guard G2). Event loop only.
 */
final class MasterQuestions {
    /** A switch takes less, from +sdown on, unless votes or nodes are missing. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    /**
     * Nor is a master described that will be down so soon, and is silent for most of down-after:
     * who comes back in a second needs a part of one then, through TLS.
     */
    private static final Duration LEAD = Duration.ofMillis(300);

    private record Question(ClientSession client, String master, ReplyPlaces.Place place) {}

    private final EventLoop loop;
    private final Sentinel sentinel;
    private final Set<Question> waiting = new LinkedHashSet<>();

    MasterQuestions(EventLoop loop, Sentinel sentinel) {
        this.loop = loop;
        this.sentinel = sentinel;
    }

    /** Answers now, or behind the switch. */
    void ask(ClientSession client, MasterView master) {
        if (client.isSentinel() || !isBeingReplaced(master)) {
            InstanceReply.master(client.reply(), master);
            return;
        }
        var question = new Question(client, master.name(), client.waitForAnswer());
        waiting.add(question);
        loop.schedule(
                () -> answer(question), LEAD.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Something was said of a master: perhaps that it was replaced, or will not be. */
    void happened(Event event) {
        event.masterName()
                .filter(name -> !waiting.isEmpty() && !isBeingReplaced(sentinel.master(name)))
                .ifPresent(this::answerAll);
    }

    private void answerAll(String master) {
        List.copyOf(waiting).stream()
                .filter(question -> question.master().equals(master))
                .forEach(this::answer);
    }

    private void answer(Question question) {
        if (waiting.remove(question)) {
            var client = question.client();
            client.answered(
                    question.place(),
                    () ->
                            sentinel.master(question.master())
                                    .ifPresentOrElse(
                                            master -> InstanceReply.master(client.reply(), master),
                                            () ->
                                                    Dispatcher.refuse(
                                                            client,
                                                            SentinelCommands.NO_SUCH_MASTER)));
        }
    }

    private static boolean isBeingReplaced(Optional<MasterView> master) {
        return master.filter(MasterQuestions::isBeingReplaced).isPresent();
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
