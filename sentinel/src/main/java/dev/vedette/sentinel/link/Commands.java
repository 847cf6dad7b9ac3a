package dev.vedette.sentinel.link;

import dev.vedette.sentinel.core.LinkSpec;

import java.util.ArrayList;
import java.util.Optional;

/** Commands as one instance knows them. */
final class Commands {
    private Commands() {}

    /** How this instance calls the command. */
    static String name(LinkSpec spec, String command) {
        return spec.renamedCommands().getOrDefault(command, command);
    }

    /** The words of AUTH; none where the instance wants no password. */
    static Optional<String[]> login(LinkSpec spec) {
        return spec.credentials()
                .map(
                        credentials -> {
                            var words = new ArrayList<String>();
                            words.add(name(spec, "AUTH"));
                            credentials.user().ifPresent(words::add);
                            words.add(credentials.password());
                            return words.toArray(String[]::new);
                        });
    }
}
