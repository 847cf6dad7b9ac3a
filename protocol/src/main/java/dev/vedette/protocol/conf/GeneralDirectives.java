package dev.vedette.protocol.conf;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every directive that a Redis 7.2 server knows, with its default. The rows stand in the class of
 * their subject, in the chapters of redis.conf as far as those go. Both daemons start from this
 * table; what a daemon does not serve yet is known here all the same, so that it is refused by name
 * and never ignored in silence. Directives that are no values ({@code include}, {@code user},
 * {@code sentinel}, {@code rename-command}, {@code loadmodule}) are handled by {@link ConfLoader}.
 */
public final class GeneralDirectives {
    /** By name, the order in which CONFIG GET lists them. */
    public static final DirectiveTable TABLE =
            DirectiveTable.of(
                    Stream.of(
                                    ProcessDirectives.ROWS,
                                    NetworkDirectives.ROWS,
                                    TlsDirectives.ROWS,
                                    AccessDirectives.ROWS,
                                    ReplicationDirectives.ROWS,
                                    PersistenceDirectives.ROWS,
                                    MemoryDirectives.ROWS,
                                    KeyspaceDirectives.ROWS,
                                    LatencyDirectives.ROWS,
                                    ClusterDirectives.ROWS)
                            .<Directive<?>>flatMap(List::stream)
                            .sorted(Comparator.comparing(Directive::name))
                            .toList());

    private GeneralDirectives() {}
}
