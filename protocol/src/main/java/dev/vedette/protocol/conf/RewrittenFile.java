package dev.vedette.protocol.conf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A conf file that is rewritten again and again. Each rewrite begins with what the file holds then,
 * whoever wrote it; what the last one left there is not parsed again. For one thread at a time.
 */
public final class RewrittenFile {
    private final Path file;
    private final UnaryOperator<String> canonical;
    private OptionLines known = OptionLines.NONE;

    /**
     * @param file a missing one counts as empty
     * @param canonical the option that an option stands for: an alias's name. What it is handed is
     *     the first word in lower case, or {@code sentinel <second word>}
     */
    public RewrittenFile(Path file, UnaryOperator<String> canonical) {
        this.file = file;
        this.canonical = canonical;
    }

    public ConfRewrite begin() throws IOException {
        var text = read();
        if (!text.equals(known.text())) {
            known = OptionLines.parse(text, canonical);
        }
        return new ConfRewrite(file, known, after -> known = after);
    }

    private String read() throws IOException {
        try {
            return ConfText.decode(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
