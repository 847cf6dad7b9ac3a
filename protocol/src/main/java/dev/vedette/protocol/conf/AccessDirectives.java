package dev.vedette.protocol.conf;

import java.util.List;

/** Who may log in, and which guarded commands are allowed at all. */
public final class AccessDirectives {
    public static final Directive<String> ACL_PUBSUB_DEFAULT =
            Directive.of(
                    "acl-pubsub-default",
                    Syntax.choice("allchannels", "resetchannels"),
                    "resetchannels");
    public static final Directive<String> ACLFILE =
            Directive.of("aclfile", Syntax.text(), "").atStart();
    public static final Directive<Long> ACLLOG_MAX_LEN =
            Directive.of("acllog-max-len", Syntax.number(0, Long.MAX_VALUE), 128L);
    public static final Directive<String> ENABLE_DEBUG_COMMAND =
            Directive.of("enable-debug-command", Syntax.choice("no", "yes", "local"), "no")
                    .atStart();
    public static final Directive<String> ENABLE_MODULE_COMMAND =
            Directive.of("enable-module-command", Syntax.choice("no", "yes", "local"), "no")
                    .atStart();
    public static final Directive<String> ENABLE_PROTECTED_CONFIGS =
            Directive.of("enable-protected-configs", Syntax.choice("no", "yes", "local"), "no")
                    .atStart()
                    .guarded();
    public static final Directive<String> REQUIREPASS =
            Directive.of("requirepass", Syntax.text(), "");

    static final List<Directive<?>> ROWS =
            List.of(
                    ACL_PUBSUB_DEFAULT,
                    ACLFILE,
                    ACLLOG_MAX_LEN,
                    ENABLE_DEBUG_COMMAND,
                    ENABLE_MODULE_COMMAND,
                    ENABLE_PROTECTED_CONFIGS,
                    REQUIREPASS);

    private AccessDirectives() {}
}
