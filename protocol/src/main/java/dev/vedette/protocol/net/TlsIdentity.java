package dev.vedette.protocol.net;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * One certificate and its key, shown to everybody who wants to see a key of its type: whom a peer
 * says that it trusts is not asked, as OpenSSL does not ask either.
 */
final class TlsIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final X509Certificate[] chain;
    private final PrivateKey key;

    /**
     * @param chain the own certificate first
     */
    TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
        this.chain = chain.toArray(X509Certificate[]::new);
        this.key = key;
    }

    /** Whether the key is the one of the certificate: what it signs, the certificate verifies. */
    boolean fits() throws GeneralSecurityException {
        var algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    case "RSASSA-PSS" -> null;
                    default -> key.getAlgorithm();
                };
        var type = chain[0].getPublicKey().getAlgorithm();
        if (algorithm == null) {
            return type.startsWith("RSA");
        }
        if (!type.equals(key.getAlgorithm())) {
            return false;
        }
        var probe = new byte[] {'v', 'e', 'd', 'e', 't', 't', 'e'};
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        var signed = signer.sign();
        var verifier = Signature.getInstance(algorithm);
        verifier.initVerify(chain[0].getPublicKey());
        verifier.update(probe);
        return verifier.verify(signed);
    }

    PrivateKey key() {
        return key;
    }

    /** The own certificate first. */
    X509Certificate[] chain() {
        return chain.clone();
    }

    private @Nullable String aliasFor(String... keyTypes) {
        // EC_EC and the like name the signature of the issuer too, which nobody minds any more.
        var ours = chain[0].getPublicKey().getAlgorithm();
        var matches =
                Arrays.stream(keyTypes)
                        .anyMatch(type -> type.equals(ours) || type.startsWith(ours + "_"));
        return matches ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    private String @Nullable [] aliases(String keyType) {
        var alias = aliasFor(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
