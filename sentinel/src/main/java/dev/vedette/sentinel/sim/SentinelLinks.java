package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.Input.LinkClosed.Cause;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.LinkSpec;
import dev.vedette.sentinel.core.Request;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The links of one sentinel of ours, by the ids that its core gave to them: the contract of the
 * production link layer.
 */
final class SentinelLinks {
    /** The link layer's limit for an attempt to connect. */
    private static final long CONNECT_TIMEOUT = 1_000_000;

    private final SentinelMachine sentinel;
    private final World world;
    private final NameService.Client names;
    private final Map<LinkId, SentinelLink> links = new HashMap<>();

    SentinelLinks(SentinelMachine sentinel) {
        this.sentinel = sentinel;
        this.world = sentinel.world;
        this.names = world.names.new Client();
    }

    /** The process ended. */
    void forget() {
        links.clear();
    }

    /** The core wants it closed, though the order may wait for the disk. */
    void giveUp(LinkId id) {
        Optional.ofNullable(links.get(id)).ifPresent(SentinelLink::giveUp);
    }

    void open(LinkId id, LinkSpec spec) {
        var link = new SentinelLink(sentinel, id, spec.kind());
        links.put(id, link);
        if (world.names.isName(spec.target().host())) {
            lookUp(spec.target().host(), ips -> connect(link, ips, spec.target()));
        } else {
            connect(link, spec.target());
        }
    }

    private void connect(SentinelLink link, List<String> ips, Address named) {
        if (!link.equals(links.get(link.id))) {
            return;
        }
        if (ips.isEmpty()) {
            links.remove(link.id);
            sentinel.input(new Input.LinkClosed(link.id, Cause.UNRESOLVED, "no such name"));
        } else {
            var ip = ips.getFirst();
            link.reached = Optional.of(new Input.NameReached(named.host(), ip));
            connect(link, new Address(ip, named.port()));
        }
    }

    private void connect(SentinelLink link, Address target) {
        link.side = Optional.of(world.network.connect(sentinel, target, CONNECT_TIMEOUT, link));
    }

    /** The core hears of every answer; {@code found} of what to use. */
    void lookUp(String host, Consumer<List<String>> found) {
        int life = sentinel.life();
        names.find(
                host,
                ips ->
                        sentinel.deliver(
                                life, () -> sentinel.input(new Input.NameResolved(host, ips))),
                ips -> sentinel.deliver(life, () -> found.accept(ips)));
    }

    void close(LinkId id, boolean discard) {
        var link = links.remove(id);
        if (link != null) {
            link.side.ifPresent(discard ? Side::reset : Side::close);
        }
    }

    void send(LinkId id, Request request) {
        var link = links.get(id);
        if (link == null || link.side.isEmpty()) {
            return;
        }
        var side = link.side.get();
        var target = side.other().owner;
        world.invariants.sending(sentinel, target, request);
        tell(target, request);
        link.asked(request);
        side.send(new Wire.Ask(request));
    }

    /** Orders, and questions for a vote, belong to the story. */
    private void tell(Machine target, Request request) {
        var order = OrderRules.orderIn(request);
        if (order.isPresent()) {
            world.tell(
                    sentinel,
                    "tells " + target + " to",
                    order.get().map(m -> "follow " + m).orElse("be a master"));
        } else if (request instanceof Request.AskMasterDown(_, _, var epoch, var candidate)
                && candidate.isPresent()) {
            world.tell(sentinel, "asks " + target + " for", "its vote in epoch " + epoch);
        }
    }

    void lost(LinkId link, Cause cause) {
        links.remove(link);
        sentinel.input(new Input.LinkClosed(link, cause, ""));
    }
}
