package dev.vedette.sentinel.command;

import java.util.List;

/** What the commands of a sentinel are called, for those who must know before there is a port. */
public final class CommandNames {
    public static final List<String> ALL =
            List.of(
                    "acl",
                    "auth",
                    "client",
                    "command",
                    "hello",
                    "info",
                    "ping",
                    "psubscribe",
                    "publish",
                    "punsubscribe",
                    "role",
                    "sentinel",
                    "shutdown",
                    "subscribe",
                    "unsubscribe");

    private CommandNames() {}
}
