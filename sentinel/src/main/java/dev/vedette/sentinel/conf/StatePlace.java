package dev.vedette.sentinel.conf;

import dev.vedette.protocol.conf.AtomicFile;
import dev.vedette.protocol.conf.ConfException;
import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.conf.InPlaceFile;
import dev.vedette.protocol.conf.SealedText;
import dev.vedette.protocol.conf.Words;
import dev.vedette.protocol.daemon.OsError;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a sentinel keeps what it learns.
 *
 * <ul>
 *   <li>In the conf, which is replaced at each change, as Redis does.
 *   <li>In the conf, written in place, where it cannot be replaced: a single file that is mounted,
 *       or a folder that is not ours.
 *   <li>In a file in {@code dir}, when the conf is read-only and {@code dir} is set: the whole conf
 *       as it would have been rewritten, with its checksum and that of the conf it was made from.
 * </ul>
 *
 * <p>For one thread at a time.
 */
final class StatePlace {
    private static final Logger log = LoggerFactory.getLogger(StatePlace.class);
    private static final String SUFFIX = ".vedette-state";
    private static final String BASE = "# state of a read-only conf with sha256 ";

    private final Path conf;
    private final Path folder;
    private final Optional<Path> stateFile;
    private boolean toldInPlace;

    private StatePlace(Path conf, Path folder, Optional<Path> stateFile) {
        this.conf = conf;
        this.folder = folder;
        this.stateFile = stateFile;
    }

    /** A state that was found beside a read-only conf. */
    record Kept(Path file, boolean ofThisConf) {}

    /**
     * Finishes what a crash has cut off, before the conf is read.
     *
     * @param start where the process was started, from where a relative {@code dir} counts
     */
    static void recover(Path conf, Path start) throws ConfException {
        try {
            if (!Files.isWritable(conf)) {
                return;
            }
            for (var folder : List.of(folderOf(conf), start.resolve(dirIn(conf)))) {
                if (InPlaceFile.recover(conf, InPlaceFile.copyOf(conf, folder))) {
                    log.warn("conf brought back from its copy conf={} folder={}", conf, folder);
                }
            }
        } catch (IOException e) {
            throw ConfException.logged(
                    "Sentinel config file "
                            + conf
                            + " cannot be brought back from its copy: "
                            + OsError.reason(e),
                    "a write of it was cut off by a crash; the whole content is in "
                            + InPlaceFile.copyOf(conf, folderOf(conf)));
        }
    }

    private static Path folderOf(Path conf) {
        var parent = conf.toAbsolutePath().getParent();
        return parent == null ? conf.toAbsolutePath() : parent;
    }

    /** The last {@code dir} of a file that may be torn; empty where it has none. */
    private static String dirIn(Path conf) throws IOException {
        return ConfText.decode(Files.readAllBytes(conf))
                .lines()
                .map(line -> Words.split(line).orElse(List.of()))
                .filter(words -> words.size() == 2 && words.getFirst().equalsIgnoreCase("dir"))
                .reduce((_, later) -> later)
                .map(List::getLast)
                .orElse("");
    }

    /**
     * Where the state of a conf goes.
     *
     * @param dirIsSet whether the conf says {@code dir}: a folder that nobody named is no place
     * @throws ConfException when there is no place
     */
    static StatePlace of(Path conf, Path directory, boolean dirIsSet) throws ConfException {
        // The copy of a conf that is written in place needs a folder too.
        if (Files.isWritable(conf)
                && (Files.isWritable(folderOf(conf)) || Files.isWritable(directory))) {
            return new StatePlace(conf, directory, Optional.empty());
        }
        if (Files.exists(conf) && dirIsSet && Files.isWritable(directory)) {
            return new StatePlace(conf, directory, Optional.of(stateFile(conf, directory)));
        }
        var reason = Files.exists(conf) ? OsError.PERMISSION_DENIED : OsError.NO_SUCH_FILE;
        throw ConfException.logged(
                "Sentinel config file " + conf + " is not writable: " + reason + ". Exiting...",
                "a sentinel keeps its state in this file, and beside it while it writes: give the"
                        + " user that it runs as the file and its folder, or set \"dir\" to a"
                        + " folder where it may keep its state instead");
    }

    private static Path stateFile(Path conf, Path directory) {
        return directory.resolve(conf.getFileName() + SUFFIX);
    }

    /** The state from before the restart, when the conf is read-only. */
    Optional<Kept> kept() throws ConfException {
        if (stateFile.isEmpty() || !Files.exists(stateFile.get())) {
            return Optional.empty();
        }
        var file = stateFile.get();
        try {
            var content = SealedText.open(Files.readAllBytes(file));
            if (content.isEmpty()) {
                throw ConfException.logged(
                        "Sentinel state file " + file + " is damaged. Exiting...",
                        "its checksum is wrong; votes may be lost with it: remove it to start from "
                                + conf
                                + " once no failover can be under way");
            }
            return Optional.of(new Kept(file, ConfText.decode(content.get()).contains(base())));
        } catch (IOException e) {
            throw ConfException.logged(
                    "Sentinel state file " + file + " cannot be read: " + OsError.reason(e),
                    "it holds the state of the read-only " + conf);
        }
    }

    private String base() throws IOException {
        return BASE + SealedText.checksum(Files.readAllBytes(conf)) + "\n";
    }

    /** Whether the conf is left as it is. */
    Optional<Path> file() {
        return stateFile;
    }

    /**
     * Writes the conf's new content durably.
     *
     * @throws IOException with the old content whole, there or in the copy
     */
    void write(String text) throws IOException {
        if (stateFile.isPresent()) {
            AtomicFile.replace(
                    stateFile.get(), SealedText.seal(ConfText.encode(text + base())), conf);
            return;
        }
        var content = ConfText.encode(text);
        try {
            AtomicFile.replace(conf, content);
        } catch (AtomicFile.NotReplaceable refused) {
            writeInPlace(content, refused);
        }
    }

    private void writeInPlace(byte[] content, AtomicFile.NotReplaceable refused)
            throws IOException {
        var beside = folderOf(conf);
        var place = Files.isWritable(beside) ? beside : folder;
        if (!Files.isWritable(conf) || !Files.isWritable(place)) {
            throw refused;
        }
        if (!toldInPlace) {
            toldInPlace = true;
            log.info(
                    "conf cannot be replaced and is written in place conf={} cause=\"{}\" copy={}",
                    conf,
                    OsError.reason(refused),
                    InPlaceFile.copyOf(conf, place));
        }
        InPlaceFile.write(conf, content, InPlaceFile.copyOf(conf, place));
    }
}
