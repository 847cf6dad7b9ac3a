package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

class InPlaceFileTest {
    @TempDir Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aSealedTextIsOpenedWholeOrNotAtAll() {
        var sealed = SealedText.seal(bytes("one\ntwo\n"));
        assertArrayEquals(bytes("one\ntwo\n"), SealedText.open(sealed).orElseThrow());
        for (int i = 0; i < sealed.length; i++) {
            var broken = sealed.clone();
            broken[i] = (byte) (broken[i] ^ 1);
            assertTrue(SealedText.open(broken).isEmpty(), "byte " + i);
            assertTrue(SealedText.open(Arrays.copyOf(sealed, i)).isEmpty(), "cut at " + i);
        }
    }

    @Test
    void theFileKeepsItsPlaceAndTheCopyGoes() throws IOException {
        var file = Files.writeString(folder.resolve("conf"), "a long old content\n");
        var key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        var copy = InPlaceFile.copyOf(file, folder);
        InPlaceFile.write(file, bytes("short\n"), copy);
        assertEquals("short\n", Files.readString(file));
        assertEquals(key, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        assertFalse(Files.exists(copy));
    }

    @Test
    void aCopyHasTheModeOfTheFileBecauseItHoldsTheSameSecrets() throws IOException {
        var file = Files.writeString(folder.resolve("conf"), "secret\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        var copy = folder.resolve("copy");
        AtomicFile.replace(copy, bytes("secret\n"), file);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
    }

    @Test
    void whatACrashHasCutOffIsBroughtBackFromTheCopy() throws IOException {
        var file = Files.writeString(folder.resolve("conf"), "new beginning, old end\n");
        var copy = InPlaceFile.copyOf(file, folder);
        assertFalse(InPlaceFile.recover(file, copy), "there is none");
        Files.write(copy, SealedText.seal(bytes("new beginning, new end\n")));
        assertTrue(InPlaceFile.recover(file, copy));
        assertEquals("new beginning, new end\n", Files.readString(file));
        assertFalse(Files.exists(copy));
    }

    @Test
    void aCopyThatIsNotWholeIsNotBelieved() throws IOException {
        var file = Files.writeString(folder.resolve("conf"), "old\n");
        var copy = InPlaceFile.copyOf(file, folder);
        Files.writeString(copy, "new begin");
        assertFalse(InPlaceFile.recover(file, copy));
        assertEquals("old\n", Files.readString(file));
        assertFalse(Files.exists(copy));
    }

    @Test
    void withoutACopyTheFileIsNotTouched() throws IOException {
        var file = Files.writeString(folder.resolve("conf"), "old\n");
        var copy = folder.resolve("nowhere").resolve("copy");
        assertThrows(IOException.class, () -> InPlaceFile.write(file, bytes("new\n"), copy));
        assertEquals("old\n", Files.readString(file));
    }
}
