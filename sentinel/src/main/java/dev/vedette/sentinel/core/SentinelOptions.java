package dev.vedette.sentinel.core;

import dev.vedette.sentinel.core.LinkSpec.Credentials;

import java.util.Optional;

/**
 * What holds for all masters: the {@code sentinel} directives without a master's name, and what
 * SENTINEL CONFIG SET may change beside them. The core's copy is the only one that changes.
 *
 * @param announceHost {@code announce-ip}
 * @param announcePort {@code announce-port}; absent is the port that we listen on
 * @param peerUser {@code sentinel-user}; of no meaning without {@code sentinel-pass}
 * @param peerPass {@code sentinel-pass}: the password for AUTH towards peers
 * @param ownPass {@code requirepass}, which peers are sent where there is no {@code sentinel-pass}
 * @param logLevel what is logged, in the words of the conf
 */
public record SentinelOptions(
        Optional<String> announceHost,
        Optional<Integer> announcePort,
        Optional<String> peerUser,
        Optional<String> peerPass,
        Optional<String> ownPass,
        boolean denyScriptsReconfig,
        boolean resolveHostnames,
        boolean announceHostnames,
        String logLevel) {

    public static final SentinelOptions DEFAULTS =
            new SentinelOptions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    false,
                    false,
                    "notice");

    /** What AUTH towards other sentinels sends; without it there is no AUTH. */
    public Optional<Credentials> peerCredentials() {
        return peerPass.map(pass -> new Credentials(peerUser, pass))
                .or(() -> ownPass.map(pass -> new Credentials(Optional.empty(), pass)));
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Never prints a password. */
    @Override
    public String toString() {
        return "SentinelOptions[announceHost="
                + announceHost
                + ", announcePort="
                + announcePort
                + ", peerUser="
                + peerUser
                + ", denyScriptsReconfig="
                + denyScriptsReconfig
                + ", resolveHostnames="
                + resolveHostnames
                + ", announceHostnames="
                + announceHostnames
                + ", logLevel="
                + logLevel
                + "]";
    }

    /** Options that differ in a few values. */
    public static final class Builder {
        private Optional<String> announceHost;
        private Optional<Integer> announcePort;
        private Optional<String> peerUser;
        private Optional<String> peerPass;
        private Optional<String> ownPass;
        private boolean denyScriptsReconfig;
        private boolean resolveHostnames;
        private boolean announceHostnames;
        private String logLevel;

        private Builder(SentinelOptions options) {
            this.announceHost = options.announceHost;
            this.announcePort = options.announcePort;
            this.peerUser = options.peerUser;
            this.peerPass = options.peerPass;
            this.ownPass = options.ownPass;
            this.denyScriptsReconfig = options.denyScriptsReconfig;
            this.resolveHostnames = options.resolveHostnames;
            this.announceHostnames = options.announceHostnames;
            this.logLevel = options.logLevel;
        }

        public Builder announceHost(Optional<String> value) {
            announceHost = value;
            return this;
        }

        public Builder announcePort(Optional<Integer> value) {
            announcePort = value;
            return this;
        }

        public Builder peerUser(Optional<String> value) {
            peerUser = value;
            return this;
        }

        public Builder peerPass(Optional<String> value) {
            peerPass = value;
            return this;
        }

        public Builder ownPass(Optional<String> value) {
            ownPass = value;
            return this;
        }

        public Builder denyScriptsReconfig(boolean value) {
            denyScriptsReconfig = value;
            return this;
        }

        public Builder resolveHostnames(boolean value) {
            resolveHostnames = value;
            return this;
        }

        public Builder announceHostnames(boolean value) {
            announceHostnames = value;
            return this;
        }

        public Builder logLevel(String value) {
            logLevel = value;
            return this;
        }

        public SentinelOptions build() {
            return new SentinelOptions(
                    announceHost,
                    announcePort,
                    peerUser,
                    peerPass,
                    ownPass,
                    denyScriptsReconfig,
                    resolveHostnames,
                    announceHostnames,
                    logLevel);
        }
    }
}
