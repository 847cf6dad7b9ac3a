package dev.vedette.sentinel.sim;

import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Hello;
import dev.vedette.sentinel.core.Input;
import dev.vedette.sentinel.core.LinkId;
import dev.vedette.sentinel.core.SentinelId;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Bugs of what other sentinels say: opinions, and hellos. */
final class HelloBugs {
    private HelloBugs() {}

    /** Lab: "the master is down" is kept for five seconds, also for the next master. */
    static Runner.Factory keepsAnswersAboutTheMasterBefore() {
        return perform ->
                new Bug(perform) {
                    private final Map<LinkId, Boolean> saidDown = new HashMap<>();

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.MasterDownAnswered answer) {
                            saidDown.merge(answer.link(), answer.down(), Boolean::logicalOr);
                            return List.of(
                                    new Input.MasterDownAnswered(
                                            answer.link(),
                                            answer.masterName(),
                                            saidDown.getOrDefault(answer.link(), false),
                                            answer.leader(),
                                            answer.leaderEpoch()));
                        }
                        return List.of(input);
                    }
                };
    }

    /** redis#12271: what the last hello says is right, epoch or not. */
    static Runner.Factory believesTheLastHello() {
        return perform ->
                new Bug(perform) {
                    private long most;

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.HelloHeard(var id, var payload)) {
                            var hello = Hello.decode(payload);
                            if (hello.isPresent() && hello.get().configEpoch() > 0) {
                                var heard = hello.get();
                                most = Math.max(most, heard.configEpoch()) + 1;
                                return List.of(
                                        new Input.HelloHeard(
                                                id,
                                                new Hello(
                                                                heard.sentinel(),
                                                                heard.id(),
                                                                Math.max(
                                                                        most, heard.currentEpoch()),
                                                                heard.masterName(),
                                                                heard.master(),
                                                                most)
                                                        .encode()));
                            }
                        }
                        return List.of(input);
                    }
                };
    }

    /** redis#6194: a sentinel that comes back with a new id counts beside its old self. */
    static Runner.Factory forgetsNoSentinelAtAnAddress() {
        return perform ->
                new Bug(perform) {
                    private final Map<SentinelId, Address> places = new HashMap<>();

                    @Override
                    List<Input> told(Input input) {
                        if (input instanceof Input.HelloHeard(var id, var payload)) {
                            var hello = Hello.decode(payload);
                            if (hello.isPresent()) {
                                return List.of(new Input.HelloHeard(id, moved(hello.get())));
                            }
                        }
                        return List.of(input);
                    }

                    private String moved(Hello hello) {
                        var place = hello.sentinel();
                        while (places.entrySet().stream().anyMatch(taken(place, hello.id()))) {
                            place = new Address(place.host(), place.port() + 1);
                        }
                        places.put(hello.id(), place);
                        return new Hello(
                                        place,
                                        hello.id(),
                                        hello.currentEpoch(),
                                        hello.masterName(),
                                        hello.master(),
                                        hello.configEpoch())
                                .encode();
                    }
                };
    }

    private static Predicate<Map.Entry<SentinelId, Address>> taken(Address place, SentinelId id) {
        return entry -> entry.getValue().equals(place) && !entry.getKey().equals(id);
    }
}
