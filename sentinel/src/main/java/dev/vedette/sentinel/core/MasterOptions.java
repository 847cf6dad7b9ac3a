package dev.vedette.sentinel.core;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param fastDetection ours, {@code fast-detection}: how long a master that is gone must refuse
 *     every connection before it counts as crashed (guard G4); absent is off
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
        Duration rebootDownAfter,
        Optional<Duration> fastDetection) {

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
                    Duration.ZERO,
                    Optional.empty());

    public MasterOptions {
        renamedCommands = Collections.unmodifiableMap(new LinkedHashMap<>(renamedCommands));
    }

    /** A copy to be changed. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Options that are still being collected. */
    public static final class Builder {
        private Duration downAfter;
        private Duration failoverTimeout;
        private int parallelSyncs;
        private Optional<String> notificationScript;
        private Optional<String> clientReconfigScript;
        private Optional<String> authUser;
        private Optional<String> authPass;
        private Map<String, String> renamedCommands;
        private Duration rebootDownAfter;
        private Optional<Duration> fastDetection;

        private Builder(MasterOptions options) {
            this.downAfter = options.downAfter;
            this.failoverTimeout = options.failoverTimeout;
            this.parallelSyncs = options.parallelSyncs;
            this.notificationScript = options.notificationScript;
            this.clientReconfigScript = options.clientReconfigScript;
            this.authUser = options.authUser;
            this.authPass = options.authPass;
            this.renamedCommands = new LinkedHashMap<>(options.renamedCommands);
            this.rebootDownAfter = options.rebootDownAfter;
            this.fastDetection = options.fastDetection;
        }

        public Builder downAfter(Duration value) {
            downAfter = value;
            return this;
        }

        public Builder failoverTimeout(Duration value) {
            failoverTimeout = value;
            return this;
        }

        public Builder parallelSyncs(int value) {
            parallelSyncs = value;
            return this;
        }

        public Builder notificationScript(Optional<String> value) {
            notificationScript = value;
            return this;
        }

        public Builder clientReconfigScript(Optional<String> value) {
            clientReconfigScript = value;
            return this;
        }

        public Builder authUser(Optional<String> value) {
            authUser = value;
            return this;
        }

        public Builder authPass(Optional<String> value) {
            authPass = value;
            return this;
        }

        public Builder rebootDownAfter(Duration value) {
            rebootDownAfter = value;
            return this;
        }

        public Builder renamedCommands(Map<String, String> value) {
            renamedCommands = new LinkedHashMap<>(value);
            return this;
        }

        public Builder fastDetection(Optional<Duration> value) {
            fastDetection = value;
            return this;
        }

        /** Takes away an older new name of that command, which is written in upper case. */
        public Builder rename(String command, String newName) {
            renamedCommands.remove(command);
            if (!command.equalsIgnoreCase(newName)) {
                renamedCommands.put(command, newName);
            }
            return this;
        }

        public MasterOptions build() {
            return new MasterOptions(
                    downAfter,
                    failoverTimeout,
                    parallelSyncs,
                    notificationScript,
                    clientReconfigScript,
                    authUser,
                    authPass,
                    renamedCommands,
                    rebootDownAfter,
                    fastDetection);
        }
    }
}
