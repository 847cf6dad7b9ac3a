package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

class RewrittenFileTest {
    private static final UnaryOperator<String> CANONICAL = GeneralDirectives.TABLE::canonical;

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("a.conf");
    }

    @Test
    void aRewriteOfWhatTheLastOneLeftIsThatOfAFileReadAnew() throws IOException {
        Files.writeString(
                file(), "# top\nsave 1 1\n\n\nPort 1\nan unbalanced \"quote\nslaveof h 1\n");
        var remembering = new RewrittenFile(file(), CANONICAL);
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var changes = changes(random);
            var anew = ConfRewrite.of(file(), CANONICAL);
            changes.accept(anew);
            var rewrite = remembering.begin();
            changes.accept(rewrite);
            assertEquals(anew.text(), rewrite.text(), "round " + round);
            rewrite.save();
        }
    }

    private static Consumer<ConfRewrite> changes(Random random) {
        var points = IntStream.range(0, random.nextInt(4)).mapToObj(i -> "save 9 " + i).toList();
        var port = "port " + random.nextInt(3);
        boolean timeout = random.nextBoolean();
        return rewrite -> {
            rewrite.put("save", points).put("port", port);
            rewrite.put("replicaof", masterOf(port));
            if (timeout) {
                rewrite.putIfPresent("timeout", List.of("timeout 1"));
            } else {
                rewrite.put("timeout", "timeout 2");
            }
            if (port.endsWith("2")) {
                rewrite.remove("timeout").remove("port");
            }
        };
    }

    private static List<String> masterOf(String port) {
        return port.endsWith("1") ? List.of("replicaof h 2") : List.of();
    }

    @Test
    void whatAnotherWroteMeanwhileStays() throws IOException {
        Files.writeString(file(), "port 1\n");
        var file = new RewrittenFile(file(), CANONICAL);
        file.begin().put("port", "port 2").save();
        Files.writeString(file(), "# by hand\ntimeout 7\nport 2\n");
        assertEquals("# by hand\ntimeout 7\nport 3\n", file.begin().put("port", "port 3").text());
    }

    @Test
    void whatWasNeverWrittenIsNotBuiltUpon() throws IOException {
        Files.writeString(file(), "port 1\n");
        var file = new RewrittenFile(file(), CANONICAL);
        assertEquals("port 2\n", file.begin().put("port", "port 2").text());
        assertEquals("port 1\n", file.begin().text());
        Files.delete(file());
        assertEquals("", file.begin().text());
    }
}
