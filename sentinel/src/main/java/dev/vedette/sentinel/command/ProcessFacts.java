package dev.vedette.sentinel.command;

import java.nio.file.Path;
import java.time.Instant;

/**
 * What INFO tells of the process and never changes.
 *
 * @param runId 40 hex characters, drawn at each start
 */
public record ProcessFacts(String runId, Path confFile, Path executable, Instant started) {}
