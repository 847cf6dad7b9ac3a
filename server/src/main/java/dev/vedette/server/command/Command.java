package dev.vedette.server.command;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One row of the command table: what is known of a command, what it does, and how often it was
 * used. A container ({@code CONFIG}) has subcommands instead of a meaning of its own. Event loop
 * only.
 */
public final class Command {
    /** What a command means. It may throw {@link CommandError} before it has changed anything. */
    @FunctionalInterface
    public interface Handler {
        void run(CommandContext context);
    }

    private final String name;
    private final byte[] word;
    private final int arity;
    private final String flagWords;
    private int flags;
    private final String categories;
    private final String since;
    private final List<KeySpec> keys = new ArrayList<>(1);
    private String tips = "";
    private String group = "generic";
    private String summary = "";
    private @Nullable String deprecatedSince;
    private @Nullable Handler handler;
    private List<Command> subcommands = List.of();

    private long calls;
    private long nanos;
    private long rejected;
    private long failed;
    private @Nullable LatencyHistogram latencies;

    private Command(String name, int arity, String flagWords, String categories, String since) {
        this.name = name;
        this.word = name.substring(name.indexOf('|') + 1).getBytes(StandardCharsets.ISO_8859_1);
        this.arity = arity;
        this.flagWords = flagWords;
        this.flags = bits(flagWords);
        this.categories = categories;
        this.since = since;
    }

    /**
     * Begins a row.
     *
     * @param name in lower case; a subcommand is {@code container|name}
     * @param arity the number of words with the name; negative: at least so many
     * @param flagWords in COMMAND INFO's words and order
     */
    public static Command row(
            String name, int arity, String flagWords, String categories, String since) {
        return new Command(name, arity, flagWords, categories, since);
    }

    public Command keys(String keyFlags, int index, int lastKey, int step) {
        keys.add(new KeySpec(keyFlags, index, lastKey, step));
        return this;
    }

    /** Flags that the dispatcher knows and COMMAND INFO does not show. */
    public Command hidden(Flag flag) {
        flags |= flag.bit();
        return this;
    }

    public Command tips(String words) {
        this.tips = words;
        return this;
    }

    public Command deprecated(String version) {
        this.deprecatedSince = version;
        return this;
    }

    public Command about(String text) {
        this.summary = text;
        return this;
    }

    public Command does(Handler meaning) {
        this.handler = meaning;
        return this;
    }

    public Command subcommands(Command... rows) {
        this.subcommands = List.of(rows);
        return this;
    }

    Command group(String name) {
        this.group = name;
        subcommands.forEach(sub -> sub.group(name));
        return this;
    }

    private static int bits(String words) {
        var bits = 0;
        for (var from = 0; from < words.length(); ) {
            var blank = words.indexOf(' ', from);
            var to = blank < 0 ? words.length() : blank;
            bits |= Flag.of(words.substring(from, to)).bit();
            from = to + 1;
        }
        return bits;
    }

    /** The full name in lower case, as in {@code config|get}. */
    public String name() {
        return name;
    }

    /** The word that calls it: of a subcommand, the second one. In lower case. */
    byte[] word() {
        return word;
    }

    public int arity() {
        return arity;
    }

    public boolean takes(int words) {
        return arity >= 0 ? words == arity : words >= -arity;
    }

    public int flags() {
        return flags;
    }

    public boolean has(Flag flag) {
        return (flags & flag.bit()) != 0;
    }

    List<String> flagWords() {
        return words(flagWords);
    }

    List<String> categories() {
        return words(categories);
    }

    List<String> tips() {
        return words(tips);
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    String since() {
        return since;
    }

    String group() {
        return group;
    }

    String summary() {
        return summary;
    }

    @Nullable String deprecatedSince() {
        return deprecatedSince;
    }

    public List<KeySpec> keySpecs() {
        return keys;
    }

    int firstKey() {
        return keys.isEmpty() ? 0 : keys.getFirst().index();
    }

    int lastKey() {
        if (keys.isEmpty()) {
            return 0;
        }
        var spec = keys.getLast();
        return spec.lastKey() >= 0 ? spec.index() + spec.lastKey() : spec.lastKey();
    }

    int keyStep() {
        return keys.isEmpty() ? 0 : keys.getFirst().step();
    }

    public List<Command> subcommands() {
        return subcommands;
    }

    /** Whether its second word names a subcommand. */
    public boolean isContainer() {
        return !subcommands.isEmpty();
    }

    /** Whether it can run by itself: every command but a container that is nothing else. */
    boolean canRun() {
        return handler != null;
    }

    @Nullable Command subcommand(byte[] name) {
        for (var sub : subcommands) {
            if (Words.matches(name, sub.word)) {
                return sub;
            }
        }
        return null;
    }

    /** The container's name in upper case, for "Try CONFIG HELP". */
    String upperName() {
        return name.toUpperCase(Locale.ROOT);
    }

    /** Runs it. Only the dispatcher calls this. */
    void run(CommandContext context) {
        if (handler == null) {
            throw new IllegalStateException(name + " has no meaning of its own");
        }
        handler.run(context);
    }

    // What INFO commandstats shows.

    void called(long nanosTaken) {
        calls++;
        nanos += nanosTaken;
    }

    /** How long its calls took. */
    LatencyHistogram latencies() {
        var known = latencies;
        if (known == null) {
            known = new LatencyHistogram();
            latencies = known;
        }
        return known;
    }

    /** How long its calls took, if that was noted for any. */
    public Optional<LatencyHistogram> knownLatencies() {
        return Optional.ofNullable(latencies);
    }

    void rejected() {
        rejected++;
    }

    void failed() {
        failed++;
    }

    public long calls() {
        return calls;
    }

    public long nanos() {
        return nanos;
    }

    public long rejectedCalls() {
        return rejected;
    }

    public long failedCalls() {
        return failed;
    }

    /** Forgets how often it was used (CONFIG RESETSTAT). */
    public void resetStats() {
        calls = 0;
        nanos = 0;
        rejected = 0;
        failed = 0;
        latencies = null;
        subcommands.forEach(Command::resetStats);
    }

    @Override
    public String toString() {
        return name;
    }
}
