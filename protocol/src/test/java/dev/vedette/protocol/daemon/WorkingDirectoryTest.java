package dev.vedette.protocol.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class WorkingDirectoryTest {
    @TempDir Path folder;

    @Test
    void relativePathsStartWhereChdirWentLast() throws Exception {
        Files.createDirectories(folder.resolve("a/b"));
        var directory = WorkingDirectory.of(folder);
        directory.change("a");
        directory.change("./b");
        assertEquals(folder.toRealPath().resolve("a/b/x.rdb"), directory.resolve("x.rdb"));
        assertEquals(Path.of("/x.rdb"), directory.resolve("/x.rdb"));
    }

    @Test
    void whatChdirRefusesIsRefusedInItsWords() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        var directory = WorkingDirectory.of(folder);
        assertEquals("No such file or directory", refusal(directory, "missing"));
        assertEquals("No such file or directory", refusal(directory, ""));
        assertEquals("Not a directory", refusal(directory, "file"));
        assertEquals(folder, directory.path());
    }

    private static String refusal(WorkingDirectory directory, String to) {
        return OsError.reason(assertThrows(IOException.class, () -> directory.change(to)));
    }
}
