package dev.vedette.protocol.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RealRedis;
import dev.vedette.protocol.daemon.WorkingDirectory;
import dev.vedette.protocol.net.TestCa;
import dev.vedette.protocol.net.TlsException;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Each conf is also given to the real redis-server, whose words are to be the same. */
class TlsConfTest {
    private static final String GOOD =
            "tls-port 7777;tls-cert-file srv.crt;tls-key-file srv.key;tls-ca-cert-file ca.crt";

    @TempDir static Path folder;

    @BeforeAll
    static void makeFiles() throws IOException, InterruptedException {
        var ca = TestCa.in(folder).sign("srv").sign("cli");
        ca.openssl("genrsa -traditional -aes256 -passout pass:secret -out enc.key 2048");
        ca.openssl("rsa -in enc.key -passin pass:secret -out rsa.key");
        ca.signKey("rsa", 30);
    }

    private static LoadedConf load(String lines) throws Exception {
        var conf = folder.resolve("redis.conf");
        Files.writeString(conf, "dir " + folder + "\n" + lines.replace(';', '\n') + "\n");
        var directory = WorkingDirectory.ofProcess();
        return new ConfLoader(GeneralDirectives.TABLE, directory)
                .serving(GeneralDirectives.TABLE.rows())
                .load(CommandLine.parse(List.of(conf.toString())), InputStream.nullInputStream());
    }

    private static TlsException refusal(String lines) throws Exception {
        var conf = load(lines);
        return assertThrows(
                TlsException.class, () -> TlsConf.configure(conf.settings(), folder::resolve));
    }

    /** What the real one logs before it gives up. */
    private static String redisSays(String lines) throws Exception {
        var conf = folder.resolve("redis.conf");
        Files.writeString(conf, "port 0\ndir " + folder + "\n" + lines.replace(';', '\n') + "\n");
        var process =
                new ProcessBuilder("redis-server", conf.toString())
                        .redirectErrorStream(true)
                        .start();
        try (var out = process.inputReader()) {
            var before = "";
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                if (line.endsWith(TlsConf.FATAL)) {
                    return before.substring(before.indexOf(" # ") + 3);
                }
                before = line;
            }
            throw new AssertionError("redis-server took it: " + lines);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tls-port 7777",
                "tls-port 7777;tls-cert-file srv.crt",
                "tls-port 7777;tls-cert-file srv.crt;tls-key-file srv.key",
                "tls-port 7777;tls-cert-file no.crt;tls-key-file srv.key;tls-auth-clients no",
                "tls-port 7777;tls-cert-file ca.key;tls-key-file srv.key;tls-auth-clients no",
                "tls-port 7777;tls-cert-file srv.crt;tls-key-file no.key;tls-auth-clients no",
                "tls-port 7777;tls-cert-file srv.crt;tls-key-file cli.key;tls-auth-clients no",
                "tls-port 7777;tls-cert-file rsa.crt;tls-key-file enc.key;tls-auth-clients no",
                GOOD + ";tls-ca-cert-file no.crt",
                GOOD + ";tls-protocols TLSv9",
                GOOD + ";tls-protocols \"TLSv1.2 SSLv3\"",
                GOOD + ";tls-ciphers FOO",
                GOOD + ";tls-ciphersuites FOO",
                GOOD + ";tls-dh-params-file no.dh",
                GOOD + ";tls-client-cert-file cli.crt;tls-client-key-file no.key",
                "tls-replication yes;tls-auth-clients no;tls-cert-file srv.crt;tls-key-file srv.key"
            })
    void whatRedisRefusesIsRefusedInItsWords(String lines) throws Exception {
        RealRedis.requireInstalled();
        assertEquals(redisSays(lines), refusal(lines).line());
    }

    @Test
    void anEncryptedKeyNeedsItsPasswordAndTheRightOne() throws Exception {
        var lines = "tls-port 7777;tls-cert-file rsa.crt;tls-key-file enc.key;tls-auth-clients no;";
        var settings = load(lines + "tls-key-file-pass secret").settings();
        TlsConf.configure(settings, folder::resolve);
        var wrong = refusal(lines + "tls-key-file-pass another");
        assertTrue(wrong.line().contains("bad decrypt"), wrong.line());
    }

    @Test
    void theHintNamesFileAndLineOfTheDirectiveToBlame() throws Exception {
        var lines = GOOD + ";tls-ciphers FOO";
        var hint = TlsConf.hint(load(lines), refusal(lines));
        assertTrue(hint.startsWith(folder.resolve("redis.conf") + ":6: "), hint);
    }

    @Test
    void whatTheSampleConfsOfRedisSayIsTaken() throws Exception {
        var more =
                ";tls-protocols \"TLSv1.2 TLSv1.3\";tls-ciphers DEFAULT:!MEDIUM"
                        + ";tls-ciphersuites TLS_CHACHA20_POLY1305_SHA256"
                        + ";tls-prefer-server-ciphers yes;tls-session-caching no"
                        + ";tls-session-cache-size 5000;tls-session-cache-timeout 60"
                        + ";tls-auth-clients optional;tls-replication yes;tls-cluster yes"
                        + ";tls-client-cert-file cli.crt;tls-client-key-file cli.key"
                        + ";tls-ca-cert-dir "
                        + folder;
        TlsConf.configure(load(GOOD + more).settings(), folder::resolve);
    }

    @Test
    void filesOfTlsAreNotLookedAtWhileNothingSpeaksIt() throws Exception {
        var settings = load("tls-cert-file no.crt").settings();
        assertFalse(TlsConf.isWanted(settings));
    }
}
