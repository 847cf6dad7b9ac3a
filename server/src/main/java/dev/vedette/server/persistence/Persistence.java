package dev.vedette.server.persistence;

import dev.vedette.protocol.conf.Directive;
import dev.vedette.protocol.conf.PersistenceDirectives;
import dev.vedette.protocol.conf.ProcessDirectives;
import dev.vedette.protocol.conf.SavePoint;
import dev.vedette.protocol.conf.Settings;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.info.InfoText;
import dev.vedette.server.keyspace.Keyspace;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * When the data set is saved and loaded, and what is known of it. One snapshot runs at a time,
 * whether it goes to the file or to replicas.
 *
 * <p>Thread: command loop only, but for the loading at start, which fills a keyspace of its own.
 */
public final class Persistence {
    private static final Logger log = LoggerFactory.getLogger(Persistence.class);

    /** The directives that persistence acts on. */
    public static final List<Directive<?>> DIRECTIVES =
            List.of(
                    ProcessDirectives.DIR,
                    PersistenceDirectives.DBFILENAME,
                    PersistenceDirectives.SAVE,
                    PersistenceDirectives.RDBCOMPRESSION,
                    PersistenceDirectives.RDBCHECKSUM,
                    // Files are always synced as they grow to their end.
                    PersistenceDirectives.RDB_SAVE_INCREMENTAL_FSYNC,
                    PersistenceDirectives.STOP_WRITES_ON_BGSAVE_ERROR);

    /** After a failed save this long passes before save points ask again (Redis server.c). */
    private static final long RETRY_MILLIS = 5000;

    /** What a file or transfer says besides its keys, for its head. */
    public interface Facts {
        /** Called at the very moment of the snapshot. */
        void addTo(BiConsumer<String, String> head);
    }

    /** What happened to a save. */
    public enum Outcome {
        SAVED,
        FAILED
    }

    private final EventLoop loop;
    private final Keyspace keyspace;
    private final Supplier<Settings> source;
    private final WorkingDirectory directory;
    private final LongSupplier wallMillis;
    private final String version;
    private Facts facts = head -> {};
    private @Nullable Settings settingsSource;
    private @Nullable PersistenceSettings settings;

    private @Nullable SnapshotRun run;
    private volatile @Nullable SnapshotFile file;
    private long files;
    private boolean toFile;
    private boolean ended;
    private boolean scheduled;
    private long dirtyAtStart;
    private long runStartMillis;

    private long lastSaveMillis;
    private long lastTryMillis;
    private Outcome lastOutcome = Outcome.SAVED;
    private long lastDurationSeconds = -1;
    private long saves;

    private boolean loading;
    private long loadStartMillis;
    private long loadTotalBytes;
    private final AtomicLong loadedBytes = new AtomicLong();
    private long lastKeysLoaded;
    private long lastKeysExpired;

    public Persistence(
            EventLoop loop,
            Keyspace keyspace,
            Supplier<Settings> settings,
            WorkingDirectory directory,
            LongSupplier wallMillis,
            String version) {
        this.loop = loop;
        this.keyspace = keyspace;
        this.source = settings;
        this.directory = directory;
        this.wallMillis = wallMillis;
        this.version = version;
        this.lastSaveMillis = wallMillis.getAsLong();
    }

    /** Who knows what belongs into the head of each snapshot. */
    public void facts(Facts who) {
        this.facts = who;
    }

    private PersistenceSettings settings() {
        Settings now = source.get();
        PersistenceSettings known = settings;
        if (known == null || !now.equals(settingsSource)) {
            known = PersistenceSettings.of(now);
            settings = known;
            settingsSource = now;
        }
        return known;
    }

    // ---- state

    /** Whether a snapshot runs, whoever it is for. */
    public boolean isBusy() {
        return run != null;
    }

    /** Whether a background save to the file runs. */
    public boolean isSaving() {
        return run != null && toFile;
    }

    public long lastSaveSeconds() {
        return lastSaveMillis / 1000;
    }

    public boolean hasSavePoints() {
        return !settings().savePoints().isEmpty();
    }

    /** Whether writes are to be refused because saving fails (stop-writes-on-bgsave-error). */
    public boolean refusesWrites() {
        PersistenceSettings now = settings();
        return lastOutcome == Outcome.FAILED
                && now.stopWritesOnError()
                && !now.savePoints().isEmpty();
    }

    public boolean isLoading() {
        return loading;
    }

    /** Where the file is, or will be. */
    public Path path() {
        return directory.resolve(settings().fileName());
    }

    // ---- saving

    private RdbWriter writer() {
        PersistenceSettings now = settings();
        return new RdbWriter(now.compress(), now.checksum());
    }

    private List<Map.Entry<String, String>> head() {
        List<Map.Entry<String, String>> head = new ArrayList<>();
        head.add(Map.entry("redis-ver", version));
        head.add(Map.entry("redis-bits", "64"));
        head.add(Map.entry("ctime", Long.toString(wallMillis.getAsLong() / 1000)));
        Runtime heap = Runtime.getRuntime();
        head.add(Map.entry("used-mem", Long.toString(heap.totalMemory() - heap.freeMemory())));
        facts.addTo((name, value) -> head.add(Map.entry(name, value)));
        head.add(Map.entry("aof-base", "0"));
        return head;
    }

    /**
     * Begins a snapshot for somebody else than the file, such as the sockets of replicas. The owner
     * must tell its end by {@link #snapshotOver}.
     *
     * @throws IllegalStateException when one runs already
     */
    public SnapshotRun beginSnapshot(SnapshotTarget target) {
        SnapshotRun begun = SnapshotRun.begin(loop, keyspace, head(), writer(), target);
        run = begun;
        toFile = false;
        runStartMillis = wallMillis.getAsLong();
        return begun;
    }

    /** A snapshot of {@link #beginSnapshot} has ended, well or not. */
    public void snapshotOver(SnapshotRun over) {
        if (over.equals(run)) {
            run = null;
        }
        startScheduled();
    }

    /** Saves now and keeps the loop until it is done: SAVE, and the end of the server. */
    public Outcome saveNow() {
        return begin(path(), false) ? finishNow() : Outcome.FAILED;
    }

    private Outcome finishNow() {
        SnapshotRun current = run;
        SnapshotFile target = file;
        if (current == null || target == null) {
            throw new IllegalStateException("no save runs");
        }
        current.finish();
        return saved(target.await(), false);
    }

    /** Saves once the snapshot that runs has ended (BGSAVE SCHEDULE). */
    public void schedule() {
        scheduled = true;
    }

    /**
     * Begins to save while commands go on.
     *
     * @param done is told the outcome on the loop, if it could begin
     * @return whether it could begin; the reason is in the log
     */
    public boolean saveInBackground(Consumer<Outcome> done) {
        if (ended || !begin(path(), true)) {
            return false;
        }
        log.info("Background saving started by pid {}", ProcessHandle.current().pid());
        SnapshotFile target = file;
        if (target != null) {
            target.whenDone(
                    problem -> {
                        if (target.equals(file)) {
                            done.accept(saved(problem, true));
                            startScheduled();
                        } else {
                            done.accept(Outcome.FAILED);
                        }
                    });
        }
        return true;
    }

    private boolean begin(Path path, boolean background) {
        lastTryMillis = wallMillis.getAsLong();
        SnapshotFile target = new SnapshotFile(loop, path, ++files);
        SnapshotRun begun = SnapshotRun.begin(loop, keyspace, head(), writer(), target);
        dirtyAtStart = keyspace.dirty();
        runStartMillis = wallMillis.getAsLong();
        try {
            target.start(begun);
        } catch (IOException e) {
            begun.abort();
            noteFailure(background);
            log.warn(
                    "Failed opening the temp RDB file beside {} (in server root dir {}) for"
                            + " saving: {}",
                    settings().fileName(),
                    directory.path(),
                    OsError.reason(e));
            return false;
        }
        run = begun;
        file = target;
        toFile = true;
        return true;
    }

    /**
     * A foreground save has told its caller; only a background one stops writes (rdb.c,
     * backgroundSaveDoneHandlerDisk).
     */
    private void noteFailure(boolean background) {
        if (background) {
            lastOutcome = Outcome.FAILED;
        }
    }

    private Outcome saved(Optional<IOException> problem, boolean background) {
        SnapshotRun ended = run;
        run = null;
        file = null;
        long now = wallMillis.getAsLong();
        lastDurationSeconds = (now - runStartMillis) / 1000;
        if (problem.isPresent()) {
            if (ended != null) {
                ended.abort();
            }
            noteFailure(background);
            log.warn(
                    "{}: {} could not be written: {}",
                    background ? "Background saving error" : "Error saving DB",
                    path(),
                    OsError.reason(problem.get()));
            return Outcome.FAILED;
        }
        keyspace.setDirty(Math.max(0, keyspace.dirty() - dirtyAtStart));
        lastSaveMillis = now;
        lastOutcome = Outcome.SAVED;
        saves++;
        log.info("DB saved on disk");
        if (background) {
            log.info("Background saving terminated with success");
        }
        return Outcome.SAVED;
    }

    /**
     * The server ends: gives up what runs, and begins nothing but {@link #saveNow} any more, which
     * would change the file behind the end.
     */
    public void end() {
        ended = true;
        abort();
    }

    /** The server goes on after {@link #end}. */
    public void goOn() {
        ended = false;
    }

    /** Whether no snapshot may begin because the server ends. */
    public boolean isEnded() {
        return ended;
    }

    /** Gives up the save or transfer that runs; the old file stays. */
    private void abort() {
        SnapshotRun current = run;
        SnapshotFile target = file;
        run = null;
        file = null;
        if (current != null) {
            current.abort();
        }
        if (target != null) {
            target.cancel();
        }
    }

    /** Removes what a save that runs has written so far. Any thread, as the process ends. */
    public void deleteTemporary() {
        SnapshotFile target = file;
        if (target != null) {
            target.deleteTemporary();
        }
    }

    private void startScheduled() {
        if (scheduled && run == null && !ended) {
            scheduled = false;
            saveInBackground(outcome -> {});
        }
    }

    /** Looks at the save points; to be called about ten times a second. */
    public void cron() {
        if (run != null || loading || ended) {
            return;
        }
        startScheduled();
        long now = wallMillis.getAsLong();
        for (SavePoint point : settings().savePoints()) {
            boolean due =
                    keyspace.dirty() >= point.changes()
                            && now - lastSaveMillis > point.seconds() * 1000
                            && (lastOutcome == Outcome.SAVED || now - lastTryMillis > RETRY_MILLIS);
            if (due && run == null) {
                log.info("{} changes in {} seconds. Saving...", point.changes(), point.seconds());
                saveInBackground(outcome -> {});
            }
        }
    }

    // ---- loading

    /** What was found at start. */
    public sealed interface Loaded {
        /** There is no file: an empty server. */
        record Nothing() implements Loaded {}

        /** The file's content, not yet anybody's. */
        record Content(KeyspaceLoader loader) implements Loaded {}

        /** The file cannot be taken; the server must not start over it. */
        record Refused(String reason) implements Loaded {}
    }

    /**
     * Loads the file, if there is one, on a thread of its own. The keyspace stays as it is; {@code
     * done} is told on the loop and decides.
     *
     * @param keepExpired whether keys whose time has come stay, as on a replica
     */
    public void load(RandomGenerator random, boolean keepExpired, Consumer<Loaded> done) {
        Path path = path();
        if (!Files.exists(path)) {
            done.accept(new Loaded.Nothing());
            return;
        }
        loading = true;
        loadStartMillis = wallMillis.getAsLong();
        loadTotalBytes = path.toFile().length();
        long now = keepExpired ? KeyspaceLoader.KEEP_EXPIRED : loadStartMillis;
        KeyspaceLoader loader = new KeyspaceLoader(keyspace.count(), random, now);
        Thread.ofPlatform()
                .name("rdb-loader")
                .daemon(true)
                .start(
                        () -> {
                            Loaded loaded = read(path, loader);
                            loop.execute(
                                    () -> {
                                        loading = false;
                                        log(loaded);
                                        done.accept(loaded);
                                    });
                        });
    }

    private Loaded read(Path path, KeyspaceLoader loader) {
        try {
            RdbFile.read(path, loader, loadedBytes::set);
            return new Loaded.Content(loader);
        } catch (RdbException e) {
            return new Loaded.Refused(path + ": " + e.getMessage());
        } catch (IOException e) {
            return new Loaded.Refused(path + ": " + OsError.reason(e));
        }
    }

    private void log(Loaded loaded) {
        if (loaded instanceof Loaded.Content(var loader)) {
            if (!loader.fact("redis-ver").isEmpty()) {
                log.info("Loading RDB produced by version {}", loader.fact("redis-ver"));
            }
            lastKeysLoaded = loader.keysLoaded();
            lastKeysExpired = loader.keysExpired();
            log.info(
                    "Done loading RDB, keys loaded: {}, keys expired: {}.",
                    lastKeysLoaded,
                    lastKeysExpired);
            log.info(
                    "DB loaded from disk: {} seconds",
                    "%.3f".formatted((wallMillis.getAsLong() - loadStartMillis) / 1000.0));
        }
    }

    // ---- INFO

    /** Writes the fields of INFO's section "persistence". */
    public void info(InfoText.Builder out, boolean syncLoading) {
        long now = wallMillis.getAsLong();
        SnapshotRun current = run;
        long keys = current == null ? 0 : current.takenKeys();
        long total = current == null ? 0 : current.totalKeys();
        out.field("loading", loading)
                .field("async_loading", syncLoading)
                .field("current_cow_peak", 0)
                .field("current_cow_size", 0)
                .field("current_cow_size_age", 0)
                .field(
                        "current_fork_perc",
                        "%.2f".formatted(total == 0 ? 0.0 : 100.0 * keys / total))
                .field("current_save_keys_processed", keys)
                .field("current_save_keys_total", total)
                .field("rdb_changes_since_last_save", keyspace.dirty())
                .field("rdb_bgsave_in_progress", current != null)
                .field("rdb_last_save_time", lastSaveSeconds())
                .field("rdb_last_bgsave_status", lastOutcome == Outcome.SAVED ? "ok" : "err")
                .field("rdb_last_bgsave_time_sec", lastDurationSeconds)
                .field(
                        "rdb_current_bgsave_time_sec",
                        current == null ? -1 : (now - runStartMillis) / 1000)
                .field("rdb_saves", saves)
                .field("rdb_last_cow_size", 0)
                .field("rdb_last_load_keys_expired", lastKeysExpired)
                .field("rdb_last_load_keys_loaded", lastKeysLoaded)
                .field("aof_enabled", 0)
                .field("aof_rewrite_in_progress", 0)
                .field("aof_rewrite_scheduled", 0)
                .field("aof_last_rewrite_time_sec", -1)
                .field("aof_current_rewrite_time_sec", -1)
                .field("aof_last_bgrewrite_status", "ok")
                .field("aof_rewrites", 0)
                .field("aof_rewrites_consecutive_failures", 0)
                .field("aof_last_write_status", "ok")
                .field("aof_last_cow_size", 0)
                .field("module_fork_in_progress", 0)
                .field("module_fork_last_cow_size", 0);
        if (loading) {
            loadingInfo(out, now);
        }
    }

    private void loadingInfo(InfoText.Builder out, long now) {
        long read = loadedBytes.get();
        double perc = loadTotalBytes == 0 ? 0 : 100.0 * read / loadTotalBytes;
        long seconds = (now - loadStartMillis) / 1000;
        long eta = read == 0 ? 1 : seconds * (loadTotalBytes - read) / read;
        out.field("loading_start_time", loadStartMillis / 1000)
                .field("loading_total_bytes", loadTotalBytes)
                .field("loading_rdb_used_mem", 0)
                .field("loading_loaded_bytes", read)
                .field("loading_loaded_perc", "%.2f".formatted(perc))
                .field("loading_eta_seconds", eta);
    }
}
