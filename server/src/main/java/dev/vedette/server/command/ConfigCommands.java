package dev.vedette.server.command;

import static dev.vedette.server.command.Command.row;

import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.info.Stats;
import dev.vedette.protocol.resp.GlobPattern;
import dev.vedette.server.admin.Config;
import dev.vedette.server.keyspace.Expiry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** CONFIG (Redis config.c). */
public final class ConfigCommands {
    private static final Logger log = LoggerFactory.getLogger(ConfigCommands.class);

    private static final String ADMIN = "admin noscript loading stale";
    private static final String ACL = "@admin @slow @dangerous";

    private final Config config;
    private final CommandTable table;
    private final Stats stats;
    private final Expiry expiry;

    public ConfigCommands(Config config, CommandTable table, Stats stats, Expiry expiry) {
        this.config = config;
        this.table = table;
        this.stats = stats;
        this.expiry = expiry;
    }

    /** The rows of the group. */
    public List<Command> rows() {
        return List.of(
                row("config", -2, "", "@slow", "2.0.0")
                        .about("Asks for the configuration and changes it.")
                        .subcommands(
                                row("config|rewrite", 2, ADMIN, ACL, "2.8.0")
                                        .about("Writes the configuration into its file.")
                                        .does(this::rewrite),
                                row("config|resetstat", 2, ADMIN, ACL, "2.0.0")
                                        .about("Sets the counters of INFO to zero.")
                                        .does(this::resetStats),
                                row("config|help", 2, "loading stale", "@slow", "5.0.0")
                                        .about("Lists the subcommands.")
                                        .does(ConfigCommands::help),
                                row("config|get", -3, ADMIN, ACL, "2.0.0")
                                        .about("Returns the directives that match patterns.")
                                        .does(this::get),
                                row("config|set", -4, ADMIN, ACL, "2.0.0")
                                        .tips(
                                                "request_policy:all_nodes"
                                                        + " response_policy:all_succeeded")
                                        .about("Changes directives, all of them or none.")
                                        .does(this::set)));
    }

    private void get(CommandContext ctx) {
        // By the name in lower case the one that was asked for first, as it was spelled.
        var names = new LinkedHashMap<String, String>();
        for (var i = 2; i < ctx.count(); i++) {
            addMatches(names, ctx.word(i));
        }
        var out = ctx.reply();
        out.map(names.size());
        for (var name : names.values()) {
            var directive = config.settings().table().find(name).orElseThrow();
            out.bulk(name);
            out.bulk(config.settings().show(directive).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void addMatches(Map<String, String> names, byte[] pattern) {
        var text = Words.text(pattern);
        if (text.chars().noneMatch(c -> c == '*' || c == '?' || c == '[')) {
            if (config.settings().table().find(text).isPresent()) {
                names.putIfAbsent(text.toLowerCase(Locale.ROOT), text);
            }
            return;
        }
        for (var name : config.settings().table().names()) {
            if (GlobPattern.matchesAnyCase(pattern, Words.of(name))) {
                names.putIfAbsent(name, name);
            }
        }
    }

    private void set(CommandContext ctx) {
        if (ctx.count() % 2 != 0) {
            throw CommandError.syntax();
        }
        var changes = new ArrayList<Map.Entry<String, String>>();
        for (var i = 2; i < ctx.count(); i += 2) {
            var value = new String(ctx.word(i + 1), StandardCharsets.UTF_8);
            changes.add(Map.entry(ctx.text(i), value));
        }
        try {
            config.set(changes);
        } catch (Config.Refused e) {
            throw new CommandError(e.line());
        }
        ctx.ok();
    }

    private void rewrite(CommandContext ctx) {
        var file = config.file();
        if (file.isEmpty()) {
            throw new CommandError("ERR The server is running without a config file");
        }
        try {
            config.rewrite(file.get()).save();
        } catch (IOException e) {
            log.error("CONFIG REWRITE failed: {} file={}", OsError.reason(e), file.get());
            throw new CommandError("ERR Rewriting config file: " + OsError.reason(e));
        }
        log.warn("CONFIG REWRITE executed with success.");
        ctx.ok();
    }

    private void resetStats(CommandContext ctx) {
        stats.reset();
        expiry.resetStats();
        table.all().forEach(Command::resetStats);
        ctx.ok();
    }

    private static void help(CommandContext ctx) {
        Help.reply(
                ctx,
                "GET <pattern> [<pattern> ...]",
                "    The directives that match, with their values.",
                "SET <directive> <value> [<directive> <value> ...]",
                "    Changes directives, all of them or none.",
                "RESETSTAT",
                "    Sets the counters of INFO to zero.",
                "REWRITE",
                "    Writes the configuration into its file.");
    }
}
