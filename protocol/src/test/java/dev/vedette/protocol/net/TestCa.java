package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A CA in a folder, and what it signs: files as operators make them, with openssl. */
public final class TestCa {
    private final Path folder;

    private TestCa(Path folder) {
        this.folder = folder;
    }

    /** A new CA in this folder: {@code ca.crt}. */
    public static TestCa in(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var ca = new TestCa(folder);
        ca.openssl(
                ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30"
                        + " -subj /CN=test-ca -keyout ca.key -out ca.crt"));
        return ca;
    }

    /** {@code <name>.crt} and {@code <name>.key}, of an elliptic curve in PKCS#8. */
    public TestCa sign(String name) throws IOException, InterruptedException {
        openssl(
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "
                        + name
                        + ".key");
        return signKey(name, 30);
    }

    /** {@code <name>.crt} for a key that is there. */
    public TestCa signKey(String name, int days) throws IOException, InterruptedException {
        openssl("req -new -key %s.key -subj /CN=%s -out %s.csr".formatted(name, name, name));
        openssl(
                "x509 -req -in %s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days %d -out %s.crt"
                        .formatted(name, days, name));
        return this;
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** The certificate and key of that name, as a client shows them. */
    public TlsOptions.Identity identity(String name) {
        return new TlsOptions.Identity(file(name + ".crt"), file(name + ".key"));
    }

    /** Runs openssl in the folder, with words that hold no blanks. */
    public void openssl(String words) throws IOException, InterruptedException {
        requireInstalled();
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    private static void requireInstalled() {
        var path = System.getenv().getOrDefault("PATH", "");
        for (var folder : path.split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, "openssl"))) {
                return;
            }
        }
        var message = "openssl is not installed; get it with: apt-get install openssl";
        if ("1".equals(System.getenv("VEDETTE_REQUIRE_INTEROP"))) {
            fail(message);
        }
        abort(message);
    }
}
