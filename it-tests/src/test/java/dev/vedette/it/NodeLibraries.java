package dev.vedette.it;

import dev.vedette.it.LibraryWriter.Library;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The client libraries of Node.js, in a process of their own. {@code npm ci} installs them under
 * {@code target} when they are first needed.
 */
final class NodeLibraries {
    private static final Path SOURCE = Path.of("src/test/node").toAbsolutePath();
    private static final Path HOME = Path.of("target/node").toAbsolutePath();

    private NodeLibraries() {}

    /**
     * Whether they can be had; says so if not. With {@code VEDETTE_REQUIRE_INTEROP=1} in the
     * environment it fails instead.
     */
    static boolean areInstalled() {
        List<String> missing = List.of("node", "npm").stream().filter(p -> !isOnPath(p)).toList();
        if (missing.isEmpty()) {
            install();
            return true;
        }
        String line =
                "NOT RUN: ioredis and node-redis need "
                        + String.join(", ", missing)
                        + ": apt-get install nodejs npm";
        if ("1".equals(System.getenv("VEDETTE_REQUIRE_INTEROP"))) {
            throw new IllegalStateException(line);
        }
        System.err.println(line);
        return false;
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }

    private static synchronized void install() {
        try {
            Files.createDirectories(HOME);
            for (String file : List.of("package.json", "package-lock.json", "writer.js")) {
                Files.copy(
                        SOURCE.resolve(file),
                        HOME.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.isDirectory(HOME.resolve("node_modules/ioredis"))
                    || !Files.isDirectory(HOME.resolve("node_modules/redis"))) {
                var result = Tool.run(HOME, "", List.of("npm", "ci", "--no-audit", "--no-fund"));
                if (result.exitCode() != 0) {
                    throw new IllegalStateException(result.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Library start(String library, Group group, String prefix) {
        var process =
                Reaper.start(
                        new ProcessBuilder(
                                        "node",
                                        "writer.js",
                                        library,
                                        Topology.MASTER_NAME,
                                        prefix,
                                        options(group))
                                .directory(HOME.toFile())
                                .redirectError(HOME.resolve(prefix + ".err").toFile()));
        var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new NodeProcess(process, out);
    }

    /** As JSON: what writer.js is to know. */
    private static String options(Group group) {
        var fields = new ArrayList<String>();
        fields.add(
                group.sentinels().stream()
                        .map(s -> "{\"host\":\"%s\",\"port\":%d}".formatted(s.host(), s.port()))
                        .collect(Collectors.joining(",", "\"sentinels\":[", "]")));
        group.tls()
                .ifPresent(
                        made -> {
                            fields.add(field("ca", made.file("ca.crt").toString()));
                            fields.add(field("cert", made.file("client.crt").toString()));
                            fields.add(field("key", made.file("client.key").toString()));
                        });
        if (group.hasUsers()) {
            fields.add(field("username", Users.APPLICATION));
            fields.add(field("sentinelUsername", Users.CLIENT));
            fields.add(field("password", Users.PASSWORD));
        }
        return "{" + String.join(",", fields) + "}";
    }

    private static String field(String name, String value) {
        return "\"" + name + "\":\"" + value + "\"";
    }

    /** A process that numbers its writes itself. */
    record NodeProcess(Process process, BufferedReader out) implements Library {

        @Override
        public long writeNext() throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IOException("the process of Node.js has ended");
            }
            return Long.parseLong(line.substring("ack ".length()));
        }

        @Override
        public void close() {
            try {
                process.getOutputStream().close();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (IOException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
