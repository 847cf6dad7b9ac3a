package dev.vedette.protocol.net;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.util.HexFormat;
import java.util.Map;

import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encryption of private keys by OpenSSL (RFC 8018): PBKDF2 with AES or, as {@code openssl req}
 * does it, with triple DES, which the JDK does not take in this place.
 */
final class Pbes2 {
    private static final Map<String, String> DIGESTS =
            Map.of(
                    "2a864886f70d0207", "HmacSHA1",
                    "2a864886f70d0208", "HmacSHA224",
                    "2a864886f70d0209", "HmacSHA256",
                    "2a864886f70d020a", "HmacSHA384",
                    "2a864886f70d020b", "HmacSHA512");

    private static final Map<String, Integer> KEY_BYTES =
            Map.of(
                    "60864801650304" + "0102",
                    16,
                    "60864801650304" + "0116",
                    24,
                    "60864801650304" + "012a",
                    32,
                    "2a864886f70d0307",
                    24);

    private static final String TRIPLE_DES = "2a864886f70d0307";
    private static final String PBES2 = "2a864886f70d01050d";
    private static final String PBKDF2 = "2a864886f70d01050c";

    /** More rounds than anybody asks for; so many take a minute. */
    private static final int MOST_ROUNDS = 100_000_000;

    private Pbes2() {}

    /**
     * @param info EncryptedPrivateKeyInfo (RFC 5208)
     * @return PKCS#8, or what a wrong password makes of it
     * @throws InvalidKeySpecException when it is encrypted in another way
     */
    static byte[] decrypt(byte[] info, String password) throws GeneralSecurityException {
        var whole = new Der(new Der(info).take(Der.SEQUENCE));
        var algorithm = new Der(whole.take(Der.SEQUENCE));
        var encrypted = whole.take(Der.OCTETS);
        require(algorithm, PBES2);
        var parameters = new Der(algorithm.take(Der.SEQUENCE));
        var derivation = new Der(parameters.take(Der.SEQUENCE));
        var encryption = new Der(parameters.take(Der.SEQUENCE));
        require(derivation, PBKDF2);
        var cipherName = HexFormat.of().formatHex(encryption.take(Der.OBJECT_ID));
        var keyBytes = KEY_BYTES.get(cipherName);
        if (keyBytes == null) {
            throw new InvalidKeySpecException("encrypted with an unknown cipher");
        }
        var kind = cipherName.equals(TRIPLE_DES) ? "DESede" : "AES";
        var key = derive(new Der(derivation.take(Der.SEQUENCE)), password, keyBytes);
        var cipher = Cipher.getInstance(kind + "/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, kind),
                new IvParameterSpec(encryption.take(Der.OCTETS)));
        return cipher.doFinal(encrypted);
    }

    private static byte[] derive(Der parameters, String password, int keyBytes)
            throws GeneralSecurityException {
        var salt = parameters.take(Der.OCTETS);
        var rounds = new BigInteger(parameters.take(Der.INTEGER));
        if (rounds.signum() <= 0 || rounds.compareTo(BigInteger.valueOf(MOST_ROUNDS)) > 0) {
            throw new InvalidKeySpecException(rounds + " rounds");
        }
        if (!parameters.isAtEnd() && parameters.tag() == Der.INTEGER) {
            parameters.take(Der.INTEGER);
        }
        var digest = "HmacSHA1";
        if (!parameters.isAtEnd()) {
            var named = new Der(parameters.take(Der.SEQUENCE)).take(Der.OBJECT_ID);
            digest = DIGESTS.getOrDefault(HexFormat.of().formatHex(named), "an unknown digest");
        }
        return SecretKeyFactory.getInstance("PBKDF2With" + digest)
                .generateSecret(
                        new PBEKeySpec(
                                password.toCharArray(),
                                salt,
                                rounds.intValueExact(),
                                keyBytes * Byte.SIZE))
                .getEncoded();
    }

    private static void require(Der element, String name) throws InvalidKeySpecException {
        if (!HexFormat.of().formatHex(element.take(Der.OBJECT_ID)).equals(name)) {
            throw new InvalidKeySpecException("encrypted in an unknown way");
        }
    }
}
