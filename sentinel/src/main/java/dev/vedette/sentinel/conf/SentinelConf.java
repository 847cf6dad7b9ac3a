package dev.vedette.sentinel.conf;

import static dev.vedette.protocol.conf.AccessDirectives.REQUIREPASS;
import static dev.vedette.protocol.conf.NetworkDirectives.PORT;
import static dev.vedette.protocol.conf.NetworkDirectives.PROTECTED_MODE;
import static dev.vedette.protocol.conf.ProcessDirectives.LOGLEVEL;

import dev.vedette.protocol.acl.AccessControl;
import dev.vedette.protocol.acl.CommandCatalog;
import dev.vedette.protocol.acl.UserLines;
import dev.vedette.protocol.conf.CommandLine;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.ConfLoader;
import dev.vedette.protocol.conf.ConfRewrite;
import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.DirectiveTable;
import dev.vedette.protocol.conf.GeneralDirectives;
import dev.vedette.protocol.conf.LatencyDirectives;
import dev.vedette.protocol.conf.LoadedConf;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.RenamedCommands;
import dev.vedette.protocol.conf.RewrittenFile;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.conf.Statement;
import dev.vedette.protocol.conf.Words;
import dev.vedette.protocol.daemon.AclFile;
import dev.vedette.protocol.daemon.SystemRandom;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.sentinel.command.CommandNames;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * sentinel.conf: what it says, and the way back into it. Loaded once; writing is for one thread at
 * a time.
 */
public final class SentinelConf {
    private static final int DEFAULT_PORT = 26379;

    /** A sentinel saves no data set: these lines are taken, and dropped at the first rewrite. */
    private static final String SAVE = "save";

    private static final Set<Directive<?>> ALWAYS_WRITTEN =
            Set.of(
                    LatencyDirectives.LATENCY_TRACKING_INFO_PERCENTILES,
                    ProcessDirectives.DIR,
                    PROTECTED_MODE);

    private static final DirectiveTable TABLE =
            DirectiveTable.of(
                            GeneralDirectives.TABLE.rows().stream()
                                    .filter(row -> !row.name().equals(SAVE))
                                    .toList())
                    .with(PORT.withDefault(DEFAULT_PORT), PROTECTED_MODE.withDefault(false));

    private final StatePlace place;
    private final Path file;
    private final Path directory;
    private final Settings settings;
    private final LoadedConf loaded;
    private final SentinelSection section;
    private final UserLines userLines;
    private final Map<String, String> commandNames;
    private final RewrittenFile rewritten;
    private final SentinelLines lines = new SentinelLines();
    private final AncestryFile ancestries;
    private final SentinelState state;

    private SentinelConf(StatePlace place, Path file, Path directory, Read read) {
        this.place = place;
        this.commandNames = read.commandNames();
        this.file = file;
        this.directory = directory;
        this.loaded = read.loaded();
        this.settings = loaded.settings();
        this.section = read.section();
        this.userLines = read.userLines();
        var fresh = firstState();
        this.rewritten = new RewrittenFile(file, SentinelConf::canonical);
        this.ancestries = new AncestryFile(directory, fresh.myId());
        this.state = ancestries.addTo(fresh);
    }

    /**
     * Reads the conf and refuses what Redis Sentinel refuses.
     *
     * @param directory where the process was started; the conf's {@code dir} changes it
     */
    public static SentinelConf load(
            CommandLine commandLine, InputStream standardInput, WorkingDirectory directory)
            throws ConfException {
        var named = commandLine.conf().map(directory::resolve);
        if (named.isPresent()) {
            StatePlace.recover(named.get(), directory.path());
        }
        var start = WorkingDirectory.of(directory.path());
        var read = Read.of(commandLine, standardInput, directory);
        var file =
                named.orElseThrow(
                        () ->
                                ConfException.logged(
                                        "Sentinel needs config file on disk to save"
                                                + " state. Exiting...",
                                        "start it as: vedette-sentinel"
                                                + " /path/to/sentinel.conf"));
        var place =
                StatePlace.of(
                        file,
                        directory.path(),
                        read.loaded().settings().says(ProcessDirectives.DIR));
        var kept = place.kept();
        if (kept.isPresent()) {
            var state = Read.of(withConf(commandLine, kept.get().file()), standardInput, start);
            read = kept.get().ofThisConf() ? state : read.withFactsOf(state);
        }
        return new SentinelConf(place, file, directory.path(), read);
    }

    private static CommandLine withConf(CommandLine commandLine, Path file) {
        return new CommandLine(
                commandLine.action(),
                Optional.of(file.toString()),
                false,
                commandLine.overrides(),
                commandLine.sentinel());
    }

    /** What one file says, with the options of the command line. */
    private record Read(
            LoadedConf loaded,
            SentinelSection section,
            UserLines userLines,
            Map<String, String> commandNames) {

        static Read of(CommandLine commandLine, InputStream in, WorkingDirectory directory)
                throws ConfException {
            var statements = new ArrayList<Statement>();
            var users = new UserLines();
            var renamed = new RenamedCommands(CommandNames.ALL);
            var loaded =
                    new ConfLoader(TABLE, directory)
                            .serving(served())
                            .on("sentinel", statements::add)
                            .on("user", users::take)
                            .on("rename-command", renamed)
                            .on(SAVE, _ -> {})
                            .load(commandLine, in);
            var section = SentinelDirectives.read(statements, directory::resolve);
            return new Read(loaded, section, users, renamed.names());
        }

        /** What the operator wrote since wins; what a sentinel learned stays. */
        Read withFactsOf(Read state) {
            return new Read(loaded, section.withFactsOf(state.section), userLines, commandNames);
        }
    }

    private static List<Directive<?>> served() {
        return TABLE.rows().stream()
                .filter(row -> row.meaning() != Directive.Meaning.NONE_ON_A_JVM)
                .<Directive<?>>map(row -> row)
                .toList();
    }

    /** What the core starts with: an id is drawn where the file has none. */
    private SentinelState firstState() {
        var options =
                section.options().toBuilder()
                        .ownPass(
                                Optional.of(settings.get(REQUIREPASS))
                                        .filter(pass -> !pass.isEmpty()))
                        .logLevel(settings.get(LOGLEVEL))
                        .build();
        return new SentinelState(
                section.myId().orElseGet(SentinelConf::randomId),
                section.currentEpoch(),
                options,
                section.masters());
    }

    private static SentinelId randomId() {
        return new SentinelId(randomHex());
    }

    /** 40 random hex characters, as a run id is. */
    public static String randomHex() {
        var bytes = new byte[SentinelId.CHARS / 2];
        SystemRandom.get().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // ---- what it says

    /** Absolute. */
    public Path file() {
        return file;
    }

    /** Where the state is kept instead, when that file is read-only. */
    public Optional<Path> stateFile() {
        return place.file();
    }

    /** {@code dir}, absolute. */
    public Path directory() {
        return directory;
    }

    public Settings settings() {
        return settings;
    }

    /** As it was read at the start. */
    public LoadedConf loaded() {
        return loaded;
    }

    public SentinelState state() {
        return state;
    }

    /** What our commands are called; those that are missing nobody may call. */
    public Map<String, String> commandNames() {
        return commandNames;
    }

    /** Whether the id was drawn now: it must be written before it is spoken. */
    public boolean idIsNew() {
        return section.myId().isEmpty();
    }

    /** Where the users are when they are not in the conf itself. */
    public Optional<AclFile> aclFile() {
        return AclFile.of(settings, directory);
    }

    /**
     * The users of the conf or of the ACL file. A {@code user default} line wins over {@code
     * requirepass}, as in Redis.
     */
    public AccessControl users(CommandCatalog commands) throws ConfException {
        return AclFile.users(commands, settings, userLines, aclFile());
    }

    // ---- the way back

    /**
     * Writes the state into the file, durably: comments, order and what nobody asked for stay.
     * Blocks for a disk.
     *
     * @param users the lines of all users; none get there when there is an ACL file
     * @throws IOException with the old file intact
     */
    public void write(SentinelState newState, List<String> users) throws IOException {
        place.write(rewrite(newState, users).text());
    }

    /** Keeps, beside the file, which copies of the data are older than those of the masters. */
    public void writeAncestries(SentinelState newState) {
        ancestries.write(newState);
    }

    ConfRewrite rewrite(SentinelState newState, List<String> users) throws IOException {
        var rewrite = rewritten.begin();
        settings.with(LOGLEVEL, newState.options().logLevel()).rewriteInto(rewrite, ALWAYS_WRITTEN);
        // What Redis adds to every file of a sentinel.
        rewrite.put(
                "latency-tracking-info-percentiles",
                "latency-tracking-info-percentiles "
                        + settings.show(LatencyDirectives.LATENCY_TRACKING_INFO_PERCENTILES));
        rewrite.put("dir", "dir " + Words.quote(directory.toString()));
        rewrite.put("protected-mode", "protected-mode " + settings.show(PROTECTED_MODE));
        rewrite.put("user", aclFile().isPresent() ? List.of() : users);
        rewrite.remove(SAVE);
        lines.put(newState, rewrite);
        return rewrite;
    }

    private static String canonical(String option) {
        return switch (option) {
            case "sentinel known-slave" -> "sentinel known-replica";
            case "sentinel primary-reboot-down-after-period" ->
                    "sentinel master-reboot-down-after-period";
            default -> TABLE.canonical(option);
        };
    }
}
