package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;

class PrivateKeyFileTest {
    @TempDir static Path folder;
    static TestCa ca;

    @BeforeAll
    static void makeKeys() throws IOException, InterruptedException {
        ca = TestCa.in(folder);
        ca.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
        ca.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out ec.pem");
        ca.openssl("genpkey -algorithm ED25519 -out ed25519.pem");
    }

    /** The number that nobody may know: two files with the same one hold the same key. */
    private static BigInteger secret(String file, String password) throws Exception {
        return switch (PrivateKeyFile.read(ca.file(file), password).orElseThrow()) {
            case RSAPrivateKey rsa -> rsa.getPrivateExponent();
            case ECPrivateKey ec -> ec.getS();
            case PrivateKey other -> throw new AssertionError(other.getAlgorithm());
        };
    }

    @ParameterizedTest
    @CsvSource({"rsa.pem, RSA", "ec.pem, EC", "ed25519.pem, EdDSA"})
    void aKeyInPkcs8IsReadWhateverItsAlgorithm(String file, String algorithm) throws Exception {
        var key = PrivateKeyFile.read(ca.file(file), "").orElseThrow();
        assertEquals(algorithm, key.getAlgorithm());
    }

    @Test
    void anRsaKeyInPkcs1IsTheSameKey() throws Exception {
        ca.openssl("rsa -in rsa.pem -traditional -out pkcs1.pem");
        assertTrue(Files.readString(ca.file("pkcs1.pem")).contains("BEGIN RSA PRIVATE KEY"));
        assertEquals(secret("rsa.pem", ""), secret("pkcs1.pem", ""));
    }

    @Test
    void aKeyInSec1IsTheSameKeyWithItsCurveInABlockBeforeIt() throws Exception {
        ca.openssl("ec -in ec.pem -out sec1.pem");
        ca.openssl("ecparam -name prime256v1 -genkey -out with-parameters.pem");
        assertTrue(Files.readString(ca.file("sec1.pem")).contains("BEGIN EC PRIVATE KEY"));
        assertEquals(secret("ec.pem", ""), secret("sec1.pem", ""));
        var key = PrivateKeyFile.read(ca.file("with-parameters.pem"), "").orElseThrow();
        assertEquals("EC", key.getAlgorithm());
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-128-cbc", "aes-256-cbc", "des-ede3-cbc"})
    void anEncryptedKeyInPkcs8OpensWithItsPasswordOnly(String cipher) throws Exception {
        var file = ca.file(cipher + ".pem");
        ca.openssl("pkcs8 -topk8 -v2 " + cipher + " -in rsa.pem -passout pass:secret -out " + file);
        assertEquals(secret("rsa.pem", ""), secret(cipher + ".pem", "secret"));
        assertThrows(
                PrivateKeyFile.PasswordWrong.class, () -> PrivateKeyFile.read(file, "another"));
        assertThrows(PrivateKeyFile.PasswordMissing.class, () -> PrivateKeyFile.read(file, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes128", "aes192", "aes256", "des3"})
    void aKeyEncryptedTheOldWayOpensWithItsPasswordOnly(String cipher) throws Exception {
        for (var kind : new String[] {"rsa", "ec"}) {
            var file = ca.file("old-" + kind + "-" + cipher + ".pem");
            var traditional = kind.equals("rsa") ? " -traditional" : "";
            ca.openssl(
                    "%s -in %s.pem%s -%s -passout pass:secret -out %s"
                            .formatted(kind, kind, traditional, cipher, file));
            assertTrue(Files.readString(file).contains("DEK-Info"));
            assertEquals(
                    secret(kind + ".pem", ""), secret(file.getFileName().toString(), "secret"));
            assertThrows(
                    PrivateKeyFile.PasswordWrong.class, () -> PrivateKeyFile.read(file, "another"));
            assertThrows(PrivateKeyFile.PasswordMissing.class, () -> PrivateKeyFile.read(file, ""));
        }
    }

    @Test
    void aFileWithoutAKeyHoldsNone() throws Exception {
        assertTrue(PrivateKeyFile.read(ca.file("ca.crt"), "").isEmpty());
    }
}
