package dev.vedette.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The faults that {@link RandomFaults} draws from. Each strikes a group and says what it did; all
 * are ended by {@link FaultGroup#heal}.
 */
enum RandomFault {
    KILL((_, node) -> node.daemon().kill()),
    STOP(FaultGroup::stop),
    BLACK_HOLE((group, node) -> group.lab().blackHole(node.host())),
    UNPLUG((group, node) -> group.lab().unplug(node.host())),
    REFUSE((group, node) -> group.lab().refuse(node.host())),
    MUTE((group, node) -> group.lab().mute(node.host())),
    DEAFEN((group, node) -> group.lab().deafen(node.host())),
    SPLIT {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            var side = side(group, random);
            group.lab().cut(FaultGroup.hosts(side), FaultGroup.hosts(group.others(side)));
            return names(side) + " cut off";
        }
    },
    SPLIT_ONE_WAY {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            var side = side(group, random);
            group.lab().cutOneWay(FaultGroup.hosts(side), FaultGroup.hosts(group.others(side)));
            return names(side) + " not heard by the others";
        }
    },
    LOSS {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            int percent = 5 + random.nextInt(21);
            return each(some(group, master, random), node -> group.lab().lose(node.host(), percent))
                    + " "
                    + percent
                    + " %";
        }
    },
    LOSS_EVERYWHERE {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            int percent = 1 + random.nextInt(15);
            group.nodes().forEach(node -> group.lab().lose(node.host(), percent));
            return percent + " % at each end";
        }
    },
    DELAY {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            int millis = 20 + random.nextInt(1500);
            return each(
                            some(group, master, random),
                            node ->
                                    group.lab()
                                            .delay(
                                                    node.host(),
                                                    node.inside().port(),
                                                    Duration.ofMillis(millis)))
                    + " "
                    + millis
                    + " ms";
        }
    },
    /** Only of processes of ours. */
    CLOCK {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            var seconds = (random.nextBoolean() ? 1 : -1) * (1 + random.nextInt(7200));
            var nodes = new ArrayList<>(group.nodes().stream().filter(Node::hasClock).toList());
            Collections.shuffle(nodes, random);
            nodes.subList(1 + random.nextInt(nodes.size()), nodes.size()).clear();
            return each(nodes, node -> node.clock().step(Duration.ofSeconds(seconds)))
                    + " by "
                    + seconds
                    + " s";
        }
    },
    FULL_DISK {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            var sentinels = new ArrayList<>(group.sentinels());
            Collections.shuffle(sentinels, random);
            return each(sentinels.subList(0, 1 + random.nextInt(sentinels.size())), Node::fillDisk);
        }
    },
    SLOW_DNS {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            String order = random.nextBoolean() ? "silent" : Integer.toString(random.nextInt(5000));
            group.names().order(order);
            return order.equals("silent") ? order : order + " ms";
        }
    },
    FAILOVER_BY_COMMAND {
        @Override
        String strike(FaultGroup group, Node master, Random random) {
            Node sentinel = group.sentinels().get(random.nextInt(group.sentinels().size()));
            return "at %s: %s"
                    .formatted(
                            sentinel.name(),
                            sentinel.ask(
                                            client ->
                                                    client.text(
                                                            "SENTINEL",
                                                            "FAILOVER",
                                                            FaultGroup.MASTER_NAME))
                                    .orElse("no answer"));
        }
    };

    private interface Deed {
        void to(FaultGroup group, Node node);
    }

    /** Without a state of its own. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Deed deed;

    /** One that strikes some nodes, each of them alike. */
    RandomFault(Deed deed) {
        this.deed = deed;
    }

    /** One with a way of its own. */
    RandomFault() {
        this((_, _) -> {});
    }

    /**
     * Does it, and says to whom.
     *
     * @param master the one of the first group, before anything was done
     */
    String strike(FaultGroup group, Node master, Random random) {
        return each(some(group, master, random), node -> deed.to(group, node));
    }

    private static String each(List<Node> nodes, Consumer<Node> each) {
        nodes.forEach(each);
        return names(nodes);
    }

    private static String names(List<Node> nodes) {
        return String.join(" ", nodes.stream().map(Node::name).toList());
    }

    /**
     * Mostly the master alone, or with another node; else any one or two nodes. Who is master is
     * not part of the seed: the draw is of roles.
     */
    private static List<Node> some(FaultGroup group, Node master, Random random) {
        int kind = random.nextInt(10);
        var others = new ArrayList<>(group.others(List.of(master)));
        Collections.shuffle(others, random);
        var chosen = new ArrayList<Node>();
        if (kind < 6) {
            chosen.add(master);
        }
        if (kind >= 4) {
            chosen.add(others.get(0));
        }
        if (kind == 9) {
            chosen.add(others.get(1));
        }
        return chosen;
    }

    /** Some nodes, but neither none nor all. */
    private static List<Node> side(FaultGroup group, Random random) {
        var nodes = new ArrayList<>(group.nodes());
        Collections.shuffle(nodes, random);
        int size = 1 + random.nextInt(nodes.size() - 1);
        return IntStream.range(0, size).mapToObj(nodes::get).toList();
    }
}
