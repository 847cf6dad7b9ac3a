package dev.vedette.sentinel.core;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code sentinel} directives of one master, with Redis's defaults.
 *
 * @param downAfter how long an instance may go without a valid PING reply
 * @param parallelSyncs replicas that are re-pointed at the same time
 * @param authPass AUTH towards the master and its replicas
 * @param renamedCommands upper-case command name to its new name, in the order given
 * @param rebootDownAfter {@code master-reboot-down-after-period}; zero is off
 */
public record MasterOptions(
        Duration downAfter,
        Duration failoverTimeout,
        int parallelSyncs,
        Optional<String> notificationScript,
        Optional<String> clientReconfigScript,
        Optional<String> authUser,
        Optional<String> authPass,
        Map<String, String> renamedCommands,
        Duration rebootDownAfter) {

    public static final MasterOptions DEFAULTS =
            new MasterOptions(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(3),
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Duration.ZERO);
}
