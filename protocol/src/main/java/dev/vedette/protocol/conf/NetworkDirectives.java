package dev.vedette.protocol.conf;

import java.util.List;

/** Where clients come in, and how much each of them may ask for and leave unread. */
public final class NetworkDirectives {
    public static final Directive<List<String>> BIND =
            Directive.of(
                    "bind",
                    Syntax.words(16, "Too many bind addresses specified."),
                    List.of("*", "-::*"));
    public static final Directive<String> BIND_SOURCE_ADDR =
            Directive.of("bind-source-addr", Syntax.text(), "");
    public static final Directive<BufferLimits> CLIENT_OUTPUT_BUFFER_LIMIT =
            Directive.of(
                    "client-output-buffer-limit", Syntax.bufferLimits(), BufferLimits.DEFAULTS);
    public static final Directive<Long> CLIENT_QUERY_BUFFER_LIMIT =
            Directive.of("client-query-buffer-limit", Syntax.memory(1048576), 1073741824L);
    public static final Directive<Integer> IO_THREADS =
            Directive.of("io-threads", Syntax.integer(1, 128), 1).atStart().meaningless();
    public static final Directive<Boolean> IO_THREADS_DO_READS =
            Directive.of("io-threads-do-reads", Syntax.yesNo(), false).atStart().meaningless();
    public static final Directive<Long> MAXCLIENTS =
            Directive.of("maxclients", Syntax.number(1, 4294967295L), 10000L);
    public static final Directive<Integer> PORT =
            Directive.of("port", Syntax.integer(0, 65535), 6379);
    public static final Directive<Boolean> PROTECTED_MODE =
            Directive.of("protected-mode", Syntax.yesNo(), true);
    public static final Directive<Long> PROTO_MAX_BULK_LEN =
            Directive.of("proto-max-bulk-len", Syntax.memory(1048576), 536870912L);
    public static final Directive<Long> SOCKET_MARK_ID =
            Directive.of("socket-mark-id", Syntax.number(0, 4294967295L), 0L).atStart();
    public static final Directive<Integer> TCP_BACKLOG =
            Directive.of("tcp-backlog", Syntax.integer(0, Integer.MAX_VALUE), 511).atStart();
    public static final Directive<Integer> TCP_KEEPALIVE =
            Directive.of("tcp-keepalive", Syntax.integer(0, Integer.MAX_VALUE), 300);
    public static final Directive<Integer> TIMEOUT =
            Directive.of("timeout", Syntax.integer(0, Integer.MAX_VALUE), 0);
    public static final Directive<Long> TRACKING_TABLE_MAX_KEYS =
            Directive.of("tracking-table-max-keys", Syntax.number(0, Long.MAX_VALUE), 1000000L);
    public static final Directive<String> UNIXSOCKET =
            Directive.of("unixsocket", Syntax.text(), "").atStart();
    public static final Directive<Integer> UNIXSOCKETPERM =
            Directive.of("unixsocketperm", Syntax.octal(0777), 0).atStart();

    static final List<Directive<?>> ROWS =
            List.of(
                    BIND,
                    BIND_SOURCE_ADDR,
                    CLIENT_OUTPUT_BUFFER_LIMIT,
                    CLIENT_QUERY_BUFFER_LIMIT,
                    IO_THREADS,
                    IO_THREADS_DO_READS,
                    MAXCLIENTS,
                    PORT,
                    PROTECTED_MODE,
                    PROTO_MAX_BULK_LEN,
                    SOCKET_MARK_ID,
                    TCP_BACKLOG,
                    TCP_KEEPALIVE,
                    TIMEOUT,
                    TRACKING_TABLE_MAX_KEYS,
                    UNIXSOCKET,
                    UNIXSOCKETPERM);

    private NetworkDirectives() {}
}
