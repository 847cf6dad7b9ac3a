package dev.vedette.sentinel.core;

/**
 * Who asked: chosen by the command layer for each question that the core answers later, and handed
 * back in {@link Effect.Reply}. Never used twice in the life of a process.
 */
public record ClientToken(long number) {}
