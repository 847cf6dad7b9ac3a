package dev.vedette.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What one of a pair of sentinels answers, shown so that equal answers read the same. */
final class Dialogue {
    private static final String END = "the end of this dialogue";

    private final SentinelPair pair;
    private final Daemon sentinel;
    private final int protocol;

    Dialogue(SentinelPair pair, Daemon sentinel, int protocol) {
        this.pair = pair;
        this.sentinel = sentinel;
        this.protocol = protocol;
    }

    /** All that comes in answer to this line of {@link DifferentialCommands}. */
    String answer(String line) {
        return show(replies(line).stream().map(Dialogue::rowsSorted).toList());
    }

    /**
     * The same, where the order of items means nothing: Redis keeps its commands in hash tables.
     */
    String unordered(String line) {
        return show(replies(line).stream().map(Dialogue::sorted).toList());
    }

    /** The text of the only reply. */
    String text(String line) {
        return replies(line).getFirst().text();
    }

    /**
     * What comes in answer to these bytes, up to the end or, when they end with a line, to an
     * answer to PING behind them.
     */
    String raw(String bytes) {
        try (var wire = connect()) {
            wire.send(bytes.endsWith("\n") ? bytes + Wire.command("PING", END) : bytes);
            return show(read(wire));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<WireReply> replies(String line) {
        try (var wire = connect()) {
            if (protocol == 3) {
                wire.send(Wire.command("HELLO", "3"));
                WireReply.read(wire);
            }
            var master = pair.group().getFirst().address();
            wire.send(
                    String.join("", DifferentialCommands.requests(line, master))
                            + Wire.command("PING", END));
            return read(wire);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private Wire connect() throws IOException {
        return new Wire(new Socket(sentinel.address().host(), sentinel.address().port()));
    }

    private List<WireReply> read(Wire wire) {
        var replies = new ArrayList<WireReply>();
        try {
            for (WireReply reply = WireReply.read(wire);
                    !reply.show().contains(END);
                    reply = WireReply.read(wire)) {
                replies.add(reply);
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof java.net.SocketTimeoutException) {
                throw new UncheckedIOException(
                        "no answer from " + sentinel.name() + ", so far " + replies, e.getCause());
            }
            replies.add(new WireReply('!', "closed", List.of()));
        }
        return replies;
    }

    private String show(List<WireReply> replies) {
        var shown = new StringBuilder();
        replies.forEach(reply -> shown.append(masked(reply).show()));
        return pair.plain(sentinel, shown.toString());
    }

    private static WireReply masked(WireReply reply) {
        var items = new ArrayList<WireReply>();
        Optional<WireReply> before = Optional.empty();
        for (WireReply item : reply.items()) {
            boolean isMasked =
                    before.filter(WireReply::isBulk)
                            .map(name -> DifferentialExclusions.FIELDS.containsKey(name.text()))
                            .orElse(false);
            items.add(isMasked ? new WireReply(item.sign(), "<masked>", List.of()) : masked(item));
            before = Optional.of(item);
        }
        return new WireReply(reply.sign(), reply.text(), items);
    }

    /** Masters and replicas come in the order of a hash table; the fields of each do not. */
    private static WireReply rowsSorted(WireReply reply) {
        var items = reply.items();
        if (!items.isEmpty() && items.stream().allMatch(WireReply::isAggregate)) {
            return withItems(
                    reply, items.stream().sorted(Comparator.comparing(WireReply::show)).toList());
        }
        boolean isRole = items.size() == 2 && items.getFirst().text().equals("sentinel");
        return isRole ? withItems(reply, List.of(items.get(0), sorted(items.get(1)))) : reply;
    }

    private static WireReply withItems(WireReply reply, List<WireReply> items) {
        return new WireReply(reply.sign(), reply.text(), items);
    }

    private static WireReply sorted(WireReply reply) {
        var items =
                reply.items().stream()
                        .filter(item -> !isExcluded(item))
                        .map(Dialogue::sorted)
                        .toList();
        if (items.isEmpty()) {
            return reply;
        }
        // The ten items of a command stand in their order; what they hold does not.
        boolean isCommand = items.size() == 10 && items.getFirst().isBulk();
        return new WireReply(
                reply.sign(),
                Integer.toString(items.size()),
                isCommand
                        ? items
                        : items.stream().sorted(Comparator.comparing(WireReply::show)).toList());
    }

    private static boolean isExcluded(WireReply item) {
        WireReply name = item.items().isEmpty() ? item : item.items().getFirst();
        return name.isBulk()
                && (DifferentialExclusions.COMMANDS.containsKey(name.text())
                        || DifferentialExclusions.COMMANDS.containsKey(
                                name.text().replaceFirst("\\|.*", "")));
    }
}
