/**
 * The decision core: a pure machine that turns what happened ({@link
 * dev.vedette.sentinel.core.Input}) and the time into what shall be done ({@link
 * dev.vedette.sentinel.core.Effect}). It does no I/O, reads no clock, draws no random numbers,
 * starts no thread and knows neither Netty nor a file; a test over the compiled classes keeps it
 * so. Start reading at {@code SentinelCore}.
 */
@NullMarked
package dev.vedette.sentinel.core;

import org.jspecify.annotations.NullMarked;
