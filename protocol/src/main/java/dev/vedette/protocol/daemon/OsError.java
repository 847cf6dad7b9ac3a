package dev.vedette.protocol.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The operating system's words for a failure, as strerror has them. */
public final class OsError {
    public static final String NO_SUCH_FILE = "No such file or directory";
    public static final String PERMISSION_DENIED = "Permission denied";
    public static final String NOT_A_DIRECTORY = "Not a directory";
    public static final String IS_A_DIRECTORY = "Is a directory";

    private OsError() {}

    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return NO_SUCH_FILE;
        }
        if (e instanceof AccessDeniedException) {
            return PERMISSION_DENIED;
        }
        if (e instanceof NotDirectoryException) {
            return NOT_A_DIRECTORY;
        }
        if (e instanceof FileSystemException fse && fse.getReason() != null) {
            return fse.getReason();
        }
        String message = e.getMessage();
        return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
    }
}
