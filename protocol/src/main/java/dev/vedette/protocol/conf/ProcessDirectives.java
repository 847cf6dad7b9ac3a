package dev.vedette.protocol.conf;

import java.util.List;

/** The process itself: its directory, log, signals, background and place in the system. */
public final class ProcessDirectives {
    public static final Directive<Boolean> ALWAYS_SHOW_LOGO =
            Directive.of("always-show-logo", Syntax.yesNo(), false).atStart();
    public static final Directive<String> AOF_REWRITE_CPULIST =
            Directive.of("aof_rewrite_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<String> BGSAVE_CPULIST =
            Directive.of("bgsave_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<String> BIO_CPULIST =
            Directive.of("bio_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<Boolean> CRASH_LOG_ENABLED =
            Directive.of("crash-log-enabled", Syntax.yesNo(), true).meaningless();
    public static final Directive<Boolean> CRASH_MEMCHECK_ENABLED =
            Directive.of("crash-memcheck-enabled", Syntax.yesNo(), true).meaningless();
    public static final Directive<Boolean> DAEMONIZE =
            Directive.of("daemonize", Syntax.yesNo(), false).atStart();
    public static final Directive<String> DIR = Directive.of("dir", Syntax.text(), ".").guarded();
    public static final Directive<Boolean> DISABLE_THP =
            Directive.of("disable-thp", Syntax.yesNo(), true).atStart().meaningless();
    public static final Directive<Boolean> DYNAMIC_HZ =
            Directive.of("dynamic-hz", Syntax.yesNo(), true).meaningless();
    public static final Directive<Integer> HZ =
            Directive.of("hz", Syntax.clamped(0, Integer.MAX_VALUE, 1, 500), 10);
    public static final Directive<String> IGNORE_WARNINGS =
            Directive.of("ignore-warnings", Syntax.text(), "").meaningless();
    public static final Directive<String> LOGFILE =
            Directive.of("logfile", Syntax.text(), "").atStart();
    public static final Directive<String> LOGLEVEL =
            Directive.of(
                    "loglevel",
                    Syntax.choice("debug", "verbose", "notice", "warning", "nothing"),
                    "notice");
    public static final Directive<String> OOM_SCORE_ADJ =
            Directive.of("oom-score-adj", Syntax.choice("no", "yes", "relative", "absolute"), "no");
    public static final Directive<List<Integer>> OOM_SCORE_ADJ_VALUES =
            Directive.of(
                    "oom-score-adj-values",
                    Syntax.integers("oom-score-adj-values", 3, -2000, 2000),
                    List.of(0, 200, 800));
    public static final Directive<String> PIDFILE =
            Directive.of("pidfile", Syntax.text(), "").atStart();
    public static final Directive<String> PROC_TITLE_TEMPLATE =
            Directive.of(
                            "proc-title-template",
                            Syntax.text(),
                            "{title} {listen-addr} {server-mode}")
                    .meaningless();
    public static final Directive<String> SERVER_CPULIST =
            Directive.of("server_cpulist", Syntax.text(), "").atStart().meaningless();
    public static final Directive<Boolean> SET_PROC_TITLE =
            Directive.of("set-proc-title", Syntax.yesNo(), true).atStart().meaningless();
    public static final Directive<List<String>> SHUTDOWN_ON_SIGINT =
            Directive.of(
                    "shutdown-on-sigint",
                    Syntax.choices("default", "save", "nosave", "now", "force"),
                    List.of("default"));
    public static final Directive<List<String>> SHUTDOWN_ON_SIGTERM =
            Directive.of(
                    "shutdown-on-sigterm",
                    Syntax.choices("default", "save", "nosave", "now", "force"),
                    List.of("default"));
    public static final Directive<Integer> SHUTDOWN_TIMEOUT =
            Directive.of("shutdown-timeout", Syntax.integer(0, Integer.MAX_VALUE), 10);
    public static final Directive<String> SUPERVISED =
            Directive.of("supervised", Syntax.choice("upstart", "systemd", "auto", "no"), "no")
                    .atStart();
    public static final Directive<Boolean> SYSLOG_ENABLED =
            Directive.of("syslog-enabled", Syntax.yesNo(), false).atStart();
    public static final Directive<String> SYSLOG_FACILITY =
            Directive.of(
                            "syslog-facility",
                            Syntax.choice(
                                    "user", "local0", "local1", "local2", "local3", "local4",
                                    "local5", "local6", "local7"),
                            "local0")
                    .atStart();
    public static final Directive<String> SYSLOG_IDENT =
            Directive.of("syslog-ident", Syntax.text(), "redis").atStart();

    static final List<Directive<?>> ROWS =
            List.of(
                    ALWAYS_SHOW_LOGO,
                    AOF_REWRITE_CPULIST,
                    BGSAVE_CPULIST,
                    BIO_CPULIST,
                    CRASH_LOG_ENABLED,
                    CRASH_MEMCHECK_ENABLED,
                    DAEMONIZE,
                    DIR,
                    DISABLE_THP,
                    DYNAMIC_HZ,
                    HZ,
                    IGNORE_WARNINGS,
                    LOGFILE,
                    LOGLEVEL,
                    OOM_SCORE_ADJ,
                    OOM_SCORE_ADJ_VALUES,
                    PIDFILE,
                    PROC_TITLE_TEMPLATE,
                    SERVER_CPULIST,
                    SET_PROC_TITLE,
                    SHUTDOWN_ON_SIGINT,
                    SHUTDOWN_ON_SIGTERM,
                    SHUTDOWN_TIMEOUT,
                    SUPERVISED,
                    SYSLOG_ENABLED,
                    SYSLOG_FACILITY,
                    SYSLOG_IDENT);

    private ProcessDirectives() {}
}
