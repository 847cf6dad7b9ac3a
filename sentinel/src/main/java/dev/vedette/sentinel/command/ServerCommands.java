package dev.vedette.sentinel.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** INFO, ROLE and SHUTDOWN. */
final class ServerCommands {
    private static final Set<String> SHUTDOWN_OPTIONS = Set.of("nosave", "save", "now", "force");

    private final Sentinel sentinel;
    private final InfoReply info;

    ServerCommands(Sentinel sentinel, InfoReply info) {
        this.sentinel = sentinel;
        this.info = info;
    }

    List<Command> rows() {
        return List.of(
                Command.of("info", -1, "loading stale", "@slow @dangerous", this::info),
                Command.of(
                        "role",
                        1,
                        "noscript loading stale fast",
                        "@admin @fast @dangerous",
                        this::role),
                Command.of(
                        "shutdown",
                        -1,
                        "admin noscript loading stale no_multi allow_busy",
                        "@admin @slow @dangerous",
                        this::shutdown));
    }

    private void info(ClientSession client, Words words) {
        var names = new ArrayList<String>();
        for (var i = 1; i < words.count(); i++) {
            names.add(words.lower(i));
        }
        // A plain bulk in RESP3, too: unlike that of a server (sentinel.c, sentinelInfoCommand).
        client.reply().bulk(info.text(names));
    }

    private void role(ClientSession client, Words words) {
        var masters = sentinel.masters();
        var out = client.reply();
        out.array(2);
        out.bulk("sentinel");
        out.array(masters.size());
        masters.forEach(master -> out.bulk(master.name()));
    }

    /** A sentinel has no data to save: every option that Redis knows means the same. */
    private void shutdown(ClientSession client, Words words) {
        var options = new ArrayList<String>();
        for (var i = 1; i < words.count(); i++) {
            options.add(words.lower(i));
        }
        if (options.equals(List.of("abort"))) {
            Dispatcher.refuse(client, "ERR No shutdown in progress.");
        } else if (!SHUTDOWN_OPTIONS.containsAll(options)
                || (options.contains("save") && options.contains("nosave"))) {
            Dispatcher.refuse(client, "ERR syntax error");
        } else {
            sentinel.shutDown();
        }
    }
}
