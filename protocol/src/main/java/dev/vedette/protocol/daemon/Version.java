package dev.vedette.protocol.daemon;

/** The versions that Vedette gives when asked. */
public final class Version {
    /** The Redis whose behaviour is the baseline: what {@code redis_version} says. */
    public static final String REDIS = "7.2.4";

    public static final String VEDETTE = "0.1.0";

    private Version() {}
}
