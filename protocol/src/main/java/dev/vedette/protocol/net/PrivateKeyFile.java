package dev.vedette.protocol.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The private key of a PEM file in each form that OpenSSL writes: PKCS#8, plain or encrypted, and
 * the older forms of RSA (PKCS#1) and of elliptic curves (SEC 1), plain or encrypted.
 */
final class PrivateKeyFile {
    private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};

    /** 1.2.840.113549.1.1.1 and NULL. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    /** 1.2.840.10045.2.1. */
    private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "RSASSA-PSS", "EdDSA");

    /** The key is encrypted, and nobody said with what. */
    static final class PasswordMissing extends GeneralSecurityException {
        private static final long serialVersionUID = 1L;
    }

    /** The key is encrypted with another password. */
    static final class PasswordWrong extends GeneralSecurityException {
        private static final long serialVersionUID = 1L;
    }

    private PrivateKeyFile() {}

    /**
     * The first key of the file.
     *
     * @param password empty for none
     * @return empty when the file holds no key
     */
    static Optional<PrivateKey> read(Path file, String password)
            throws IOException, GeneralSecurityException {
        var curve = new byte[0];
        for (var block : PemFile.read(file)) {
            switch (block.label()) {
                case "EC PARAMETERS" -> curve = block.content();
                case "PRIVATE KEY" -> {
                    return Optional.of(key(block.content()));
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return Optional.of(key(decryptPkcs8(block.content(), password)));
                }
                case "RSA PRIVATE KEY" -> {
                    var pkcs1 = decryptOld(block, password);
                    return Optional.of(key(pkcs8(RSA, pkcs1)));
                }
                case "EC PRIVATE KEY" -> {
                    var sec1 = decryptOld(block, password);
                    return Optional.of(key(pkcs8(ecAlgorithm(sec1, curve), sec1)));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        GeneralSecurityException last = new InvalidKeySpecException("no algorithm");
        for (var algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return Der.element(Der.SEQUENCE, VERSION_0, algorithm, Der.element(Der.OCTETS, key));
    }

    /** The curve stands in the key, or in a block of its own before it. */
    private static byte[] ecAlgorithm(byte[] sec1, byte[] curve) throws InvalidKeySpecException {
        var key = new Der(new Der(sec1).take(Der.SEQUENCE));
        key.take(Der.INTEGER);
        key.take(Der.OCTETS);
        var named = !key.isAtEnd() && key.tag() == Der.CONTEXT_0 ? key.take(Der.CONTEXT_0) : curve;
        return Der.element(Der.SEQUENCE, EC_OID, named);
    }

    // ---- encrypted

    private static byte[] decryptPkcs8(byte[] content, String password)
            throws GeneralSecurityException {
        requirePassword(password);
        try {
            return checked(Pbes2.decrypt(content, password));
        } catch (BadPaddingException _) {
            throw new PasswordWrong();
        }
    }

    /** The encryption of PEM itself (RFC 1421), which says how in its header DEK-Info. */
    private static byte[] decryptOld(PemFile.Block block, String password)
            throws GeneralSecurityException {
        var how = block.headers().get("DEK-Info");
        if (how == null) {
            return block.content();
        }
        requirePassword(password);
        var words = how.split(",", 2);
        var initial = HexFormat.of().parseHex(words.length < 2 ? "" : words[1].strip());
        var name = words[0].strip().toUpperCase(Locale.ROOT);
        var keyBytes =
                switch (name) {
                    case "AES-128-CBC" -> 16;
                    case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
                    case "AES-256-CBC" -> 32;
                    default -> throw new InvalidKeySpecException("encrypted with " + name);
                };
        var algorithm = name.startsWith("AES") ? "AES" : "DESede";
        var secret = new SecretKeySpec(secret(password, initial, keyBytes), algorithm);
        var cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, secret, new IvParameterSpec(initial));
        try {
            return checked(cipher.doFinal(block.content()));
        } catch (BadPaddingException _) {
            throw new PasswordWrong();
        }
    }

    /** One wrong password in 256 leaves what looks like padding, but hardly ever a key in it. */
    private static byte[] checked(byte[] plain) throws PasswordWrong {
        try {
            new Der(plain).take(Der.SEQUENCE);
            return plain;
        } catch (InvalidKeySpecException _) {
            throw new PasswordWrong();
        }
    }

    /** EVP_BytesToKey with MD5, one round, and the first 8 bytes of the vector as salt. */
    private static byte[] secret(String password, byte[] initial, int length)
            throws GeneralSecurityException {
        var md5 = MessageDigest.getInstance("MD5");
        var secret = new byte[length];
        var last = new byte[0];
        for (int filled = 0; filled < length; filled += last.length) {
            md5.update(last);
            md5.update(password.getBytes(StandardCharsets.UTF_8));
            md5.update(initial, 0, Math.min(8, initial.length));
            last = md5.digest();
            System.arraycopy(last, 0, secret, filled, Math.min(last.length, length - filled));
        }
        return secret;
    }

    private static void requirePassword(String password) throws PasswordMissing {
        if (password.isEmpty()) {
            throw new PasswordMissing();
        }
    }
}
