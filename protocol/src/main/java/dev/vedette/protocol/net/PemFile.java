package dev.vedette.protocol.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The blocks of a PEM file (RFC 7468), and the headers that OpenSSL puts into encrypted keys. */
final class PemFile {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** A file of certificates is some kilobytes, a bundle of all CAs a quarter of a megabyte. */
    private static final long MAX_BYTES = 16L << 20;

    /** What stands between BEGIN and END. */
    static final class Block {
        private final String label;
        private final Map<String, String> headers;
        private final byte[] content;

        Block(String label, Map<String, String> headers, byte[] content) {
            this.label = label;
            this.headers = Map.copyOf(headers);
            this.content = content;
        }

        /** What stands behind BEGIN, such as {@code CERTIFICATE}. */
        String label() {
            return label;
        }

        Map<String, String> headers() {
            return headers;
        }

        byte[] content() {
            return content;
        }
    }

    private PemFile() {}

    /** Whatever is no block, or a broken one, is skipped, as OpenSSL skips it. */
    static List<Block> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("File too large");
        }
        return blocks(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    static List<Block> blocks(String text) {
        var blocks = new ArrayList<Block>();
        String label = null;
        var headers = new LinkedHashMap<String, String>();
        var base64 = new StringBuilder();
        for (var raw : text.lines().toList()) {
            var line = raw.strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                headers = new LinkedHashMap<>();
                base64.setLength(0);
            } else if (label != null && line.equals(END + label + DASHES)) {
                add(blocks, label, headers, base64.toString());
                label = null;
            } else if (label != null && line.indexOf(':') > 0) {
                var colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            } else if (label != null) {
                base64.append(line);
            }
        }
        return blocks;
    }

    private static void add(
            List<Block> blocks, String label, Map<String, String> headers, String base64) {
        try {
            blocks.add(new Block(label, headers, Base64.getDecoder().decode(base64)));
        } catch (IllegalArgumentException _) {
            // Not base64: no block.
        }
    }
}
