package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.MasterReport;
import dev.vedette.sentinel.core.Request;
import dev.vedette.sentinel.core.SentinelId;

import java.util.Map;
import java.util.Optional;

/** Somebody who connected to the port of a sentinel, and what may be asked there. */
abstract class PortSession implements Side.End {
    final Side side;

    PortSession(Side side) {
        this.side = side;
    }

    /** A hello by PUBLISH. */
    abstract void heard(Hello hello);

    /** Whether the master is down, and perhaps for a vote: answers in its own time. */
    abstract void judge(Request.AskMasterDown question);

    /** SENTINEL MASTER; absent when it does not know that name. */
    abstract Optional<MasterReport> described(String master);

    /** The votes that SENTINEL SENTINELS shows. */
    abstract Map<SentinelId, Long> votesShown(String master);

    /** In its turn. */
    void answer(Wire wire) {
        side.send(wire);
    }

    @Override
    public void opened() {}

    @Override
    public void closed(Cause cause) {}

    @Override
    public void received(Wire message) {
        if (!(message instanceof Wire.Ask(var request))) {
            // Whoever was told a wrong address by DNS: an unknown command.
            side.reset();
            return;
        }
        switch (request) {
            case Request.Ping() -> answer(new Wire.Pinged(Input.PingReply.VALID));
            case Request.PublishHello(var hello) -> {
                heard(hello);
                answer(new Wire.Published(true));
            }
            case Request.AskMasterDown question -> judge(question);
            case Request.AskMaster(var name) -> answer(new Wire.Described(described(name)));
            case Request.AskVotes(var name) -> answer(new Wire.Votes(votesShown(name)));
            default -> side.reset();
        }
    }
}
