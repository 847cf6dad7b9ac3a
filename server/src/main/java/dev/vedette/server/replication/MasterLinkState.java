package dev.vedette.server.replication;

import dev.vedette.server.persistence.RdbReader;

/**
 * Where our link to the master stands. INFO and ROLE ask this value; there is no second copy.
 *
 * <pre>
 *   Disconnected ──retryAt──► Connecting ──► Handshaking ──+CONTINUE──► Streaming
 *        ▲                        │               │ +FULLRESYNC            │
 *        │                        │               ▼                        │
 *        └────────────────────────┴─────────── Syncing ──loaded──► Streaming
 * </pre>
 */
sealed interface MasterLinkState {
    /** What ROLE calls it. */
    String roleWord();

    /**
     * @param retryAtNanos when the next attempt is made
     */
    record Disconnected(long retryAtNanos) implements MasterLinkState {
        @Override
        public String roleWord() {
            return "connect";
        }
    }

    /**
     * @param sinceNanos when this attempt began
     */
    record Connecting(long sinceNanos) implements MasterLinkState {
        @Override
        public String roleWord() {
            return "connecting";
        }
    }

    /**
     * @param awaiting whose reply comes next
     */
    record Handshaking(HandshakeStep awaiting, long lastHeardNanos) implements MasterLinkState {
        @Override
        public String roleWord() {
            return "handshake";
        }
    }

    /** The master's data set arrives. */
    record Syncing(Transfer transfer, long lastHeardNanos) implements MasterLinkState {
        @Override
        public String roleWord() {
            return "sync";
        }
    }

    /** Its commands arrive. */
    record Streaming(long lastHeardNanos) implements MasterLinkState {
        @Override
        public String roleWord() {
            return "connected";
        }
    }

    /** The questions of the handshake, in their order. */
    enum HandshakeStep {
        PING,
        AUTH,
        LISTENING_PORT,
        ADDRESS,
        CAPABILITIES,
        PSYNC
    }

    /** The data set on its way; its progress changes while the state stays. */
    interface Transfer {
        long UNKNOWN = -1;

        /** The length that the master announced, or {@link #UNKNOWN} where an end mark comes. */
        long totalBytes();

        RdbReader reader();
    }
}
