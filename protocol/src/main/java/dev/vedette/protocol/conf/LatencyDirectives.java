package dev.vedette.protocol.conf;

import java.util.List;

/** What counts as slow, and what is kept of it. */
public final class LatencyDirectives {
    public static final Directive<Long> BUSY_REPLY_THRESHOLD =
            Directive.of("busy-reply-threshold", Syntax.number(0, Long.MAX_VALUE), 5000L)
                    .alias("lua-time-limit");
    public static final Directive<Long> LATENCY_MONITOR_THRESHOLD =
            Directive.of("latency-monitor-threshold", Syntax.number(0, Long.MAX_VALUE), 0L);
    public static final Directive<Boolean> LATENCY_TRACKING =
            Directive.of("latency-tracking", Syntax.yesNo(), true);
    public static final Directive<List<Double>> LATENCY_TRACKING_INFO_PERCENTILES =
            Directive.of(
                    "latency-tracking-info-percentiles",
                    Syntax.percentiles("latency-tracking-info-percentiles"),
                    List.of(50.0, 99.0, 99.9));
    public static final Directive<Long> SLOWLOG_LOG_SLOWER_THAN =
            Directive.of("slowlog-log-slower-than", Syntax.number(-1, Long.MAX_VALUE), 10000L);
    public static final Directive<Long> SLOWLOG_MAX_LEN =
            Directive.of("slowlog-max-len", Syntax.number(0, Long.MAX_VALUE), 128L);

    static final List<Directive<?>> ROWS =
            List.of(
                    BUSY_REPLY_THRESHOLD,
                    LATENCY_MONITOR_THRESHOLD,
                    LATENCY_TRACKING,
                    LATENCY_TRACKING_INFO_PERCENTILES,
                    SLOWLOG_LOG_SLOWER_THAN,
                    SLOWLOG_MAX_LEN);

    private LatencyDirectives() {}
}
