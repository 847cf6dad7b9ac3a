package dev.vedette.sentinel.sim;

import dev.vedette.sentinel.core.Effect;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which effects may leave the process when: the contract between the core and whoever runs it (see
 * {@link Effect}). {@link FaithfulRunner} keeps it; the tests plant ones that break it, to show
 * that the rules notice.
 */
interface Runner {
    /** The effects of one step, in order. {@code perform} lets one of them happen. */
    void take(List<Effect> effects, Consumer<Effect> perform);

    /** The state of that sequence, and of every smaller one, is on disk, or failed to get there. */
    void persisted(long sequence, Optional<String> error, Consumer<Effect> perform);
}
