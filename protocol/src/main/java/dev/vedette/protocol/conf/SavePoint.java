package dev.vedette.protocol.conf;

/** {@code save <seconds> <changes>}: a snapshot when both have been reached. */
public record SavePoint(long seconds, long changes) {}
