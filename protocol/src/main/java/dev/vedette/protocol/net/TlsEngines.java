package dev.vedette.protocol.net;

import javax.net.ssl.SSLEngine;

/** What makes the TLS of one connection, of either side. Any thread. */
sealed interface TlsEngines permits JdkEngines, NativeEngines {
    SSLEngine newServer();

    SSLEngine newClient();

    /** Whose TLS it is, for a log. */
    String provider();

    /** After how many handshakes they are not slow any more. */
    int rehearsals();
}
