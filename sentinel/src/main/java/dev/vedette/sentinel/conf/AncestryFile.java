package dev.vedette.sentinel.conf;

import dev.vedette.protocol.conf.ConfText;
import dev.vedette.protocol.conf.SealedText;
import dev.vedette.protocol.conf.Words;
import dev.vedette.protocol.daemon.OsError;
import dev.vedette.protocol.net.Address;
import dev.vedette.sentinel.core.Ancestry;
import dev.vedette.sentinel.core.History;
import dev.vedette.sentinel.core.SentinelId;
import dev.vedette.sentinel.core.SentinelState;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The file in {@code dir} that keeps what the conf has no line for: which copies are older than the
 * data of each master. It is there only after a failover, belongs to one sentinel, and may be
 * removed at any time. A file that is damaged tells nothing, and neither does what it says of a
 * master that the conf names under another address or config epoch.
 *
 * <p>No write waits for the disk: what a power cut takes away was the news of the last seconds. For
 * one thread at a time.
 */
final class AncestryFile {
    private static final Logger log = LoggerFactory.getLogger(AncestryFile.class);
    private static final String NOBODY = "-";
    private static final String HEAD =
            "# Which copies of the data are older than those of the masters. Made by"
                    + " vedette-sentinel; may be removed.\n";

    private final Path file;
    private String written = "";
    private boolean failureTold;

    AncestryFile(Path directory, SentinelId owner) {
        var name = owner.text().replaceAll("[^A-Za-z0-9._-]", "_");
        file = directory.resolve("vedette-" + name + ".ancestry");
    }

    // ---- read

    /** The state with what is known of the data of its masters. */
    SentinelState addTo(SentinelState state) {
        if (!Files.exists(file)) {
            return state;
        }
        try {
            var content = SealedText.open(Files.readAllBytes(file));
            if (content.isPresent()) {
                written = ConfText.decode(content.get());
                return added(state, read(written));
            }
            log.warn("damaged file is not used file={}", file);
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException unusable) {
            log.warn("file cannot be used file={} cause=\"{}\"", file, unusable.toString());
        }
        return state;
    }

    private static SentinelState added(SentinelState state, Map<String, Ancestry> known) {
        return new SentinelState(
                state.myId(),
                state.currentEpoch(),
                state.options(),
                state.masters().stream()
                        .map(
                                master ->
                                        master.with(
                                                known.getOrDefault(
                                                        title(master), Ancestry.UNKNOWN)))
                        .toList());
    }

    private static Map<String, Ancestry> read(String text) {
        var known = new HashMap<String, Ancestry>();
        String title = "";
        for (var line : text.lines().toList()) {
            if (line.startsWith("master ")) {
                title = line;
                known.put(title, Ancestry.UNKNOWN);
            } else if (!line.startsWith("#")) {
                known.computeIfPresent(title, (_, before) -> with(before, words(line)));
            }
        }
        return known;
    }

    private static List<String> words(String line) {
        return Words.split(line)
                .filter(words -> !words.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException("line: " + line));
    }

    private static Ancestry with(Ancestry known, List<String> words) {
        var values = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "present" -> new Ancestry(values, known.older(), known.last(), known.siblings());
            case "older" -> new Ancestry(known.present(), values, known.last(), known.siblings());
            case "last" ->
                    new Ancestry(
                            known.present(),
                            known.older(),
                            Optional.of(history(values)),
                            known.siblings());
            case "sibling" -> {
                var siblings = new ArrayList<>(known.siblings());
                siblings.add(new Address(values.get(0), Integer.parseInt(values.get(1))));
                yield new Ancestry(known.present(), known.older(), known.last(), siblings);
            }
            default -> throw new IllegalArgumentException("word: " + words.getFirst());
        };
    }

    private static History history(List<String> values) {
        return new History(
                values.get(0),
                Optional.of(values.get(1)).filter(parent -> !parent.equals(NOBODY)),
                Long.parseLong(values.get(2)),
                Long.parseLong(values.get(3)));
    }

    // ---- write

    /** Keeps what the state tells of the masters' data, if that is news. */
    void write(SentinelState state) {
        var text =
                state.masters().stream()
                        .filter(master -> !master.ancestry().equals(Ancestry.UNKNOWN))
                        .map(master -> title(master) + "\n" + lines(master.ancestry()))
                        .collect(Collectors.joining());
        text = text.isEmpty() ? "" : HEAD + text;
        if (text.equals(written)) {
            return;
        }
        try {
            replace(text);
            written = text;
            failureTold = false;
        } catch (IOException failure) {
            if (!failureTold) {
                log.warn(
                        "file cannot be written file={} cause=\"{}\"",
                        file,
                        OsError.reason(failure));
            }
            failureTold = true;
        }
    }

    private void replace(String text) throws IOException {
        if (text.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        var temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.write(temporary, SealedText.seal(ConfText.encode(text)));
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Which master this is about, and under which configuration. */
    private static String title(SentinelState.Master master) {
        return "master %s %s %d %d"
                .formatted(
                        Words.quote(master.name()),
                        Words.quote(master.address().host()),
                        master.address().port(),
                        master.configEpoch());
    }

    private static String lines(Ancestry known) {
        var lines = new StringBuilder();
        list(lines, "present", known.present());
        list(lines, "older", known.older());
        known.last()
                .ifPresent(
                        last ->
                                lines.append(
                                        "last %s %s %d %d\n"
                                                .formatted(
                                                        last.id(),
                                                        last.parent().orElse(NOBODY),
                                                        last.offset(),
                                                        last.branchedAt())));
        known.siblings()
                .forEach(
                        at ->
                                lines.append(
                                        "sibling %s %d\n"
                                                .formatted(Words.quote(at.host()), at.port())));
        return lines.toString();
    }

    private static void list(StringBuilder lines, String word, List<String> histories) {
        if (!histories.isEmpty()) {
            lines.append(word).append(' ').append(String.join(" ", histories)).append('\n');
        }
    }
}
