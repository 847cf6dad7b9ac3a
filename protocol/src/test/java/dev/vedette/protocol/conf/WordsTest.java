package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

class WordsTest {
    private static void splits(String line, String... words) {
        assertEquals(Optional.of(List.of(words)), Words.split(line), line);
    }

    @Test
    void blanksOfAnyKindSeparateWords() {
        splits("port\t 6379  \u000bx", "port", "6379", "x");
        splits("   ");
        splits("");
    }

    /** One way for lines without quotes, another for those with. */
    @Test
    void linesWithAndWithoutQuotesAreCutAtTheSameBlanks() {
        var random = new SplittableRandom(7);
        String characters = "ab# \t\r\u000b\fé\udcff\\";
        for (int i = 0; i < 2000; i++) {
            var line = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                line.append(characters.charAt(random.nextInt(characters.length())));
            }
            var expected = Words.split(line + " \"\"").orElseThrow();
            assertEquals(
                    Optional.of(expected.subList(0, expected.size() - 1)),
                    Words.split(line.toString()),
                    line.toString());
        }
    }

    @Test
    void doubleQuotesKnowEscapes() {
        splits("a \"b c\" \"\"", "a", "b c", "");
        splits("\"\\n\\r\\t\\b\\a\\\\\\\"\\q\"", "\n\r\t\b\u0007\\\"q");
        splits("\"\\x41\\x4g\\xé\"", "Ax4gxé");
    }

    @Test
    void singleQuotesKnowOnlyTheQuoteItself() {
        splits("'it\\'s' '\\n'", "it's", "\\n");
        splits("'a\\b'", "a\\b");
    }

    @Test
    void bytesThatAreNoUtf8Survive() {
        String word = Words.split("\"\\xff\\xc3\\xa9\"").orElseThrow().getFirst();
        assertEquals(List.of((byte) 0xff, (byte) 0xc3, (byte) 0xa9), bytes(word));
    }

    private static List<Byte> bytes(String word) {
        var bytes = new java.util.ArrayList<Byte>();
        for (byte b : ConfText.encode(word)) {
            bytes.add(b);
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dir \"abc", "dir 'abc", "dir \"abc\"x", "dir 'a'b", "a \"b\\\"", "x\"y\"z"})
    void unbalancedQuotesGiveNothing(String line) {
        assertEquals(Optional.empty(), Words.split(line));
    }

    @Test
    void whatIsQuotedIsReadBackAsItWas() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 2000; i++) {
            var bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            String word = ConfText.decode(bytes);
            // A NUL ends a line of C, so it travels only as an escape.
            assertEquals(Optional.of(List.of(word)), Words.split(Words.quote(word)));
            assertEquals(Optional.of(List.of(word)), Words.split(Words.quoteIfNeeded(word)));
        }
    }

    @Test
    void onlyWordsThatNeedItAreQuoted() {
        assertEquals("plain-1.2:3", Words.quoteIfNeeded("plain-1.2:3"));
        assertEquals("\"a b\"", Words.quoteIfNeeded("a b"));
        assertEquals("\"\"", Words.quoteIfNeeded(""));
        assertEquals("\"#x\"", Words.quoteIfNeeded("#x"));
        assertEquals("\"\\xc3\\xa9\"", Words.quoteIfNeeded("é"));
    }
}
