/**
 * What makes a JVM behave as a Unix daemon: Redis's log lines, signals, pid file, working
 * directory, supervisor. It leans on logback and, for systemd's socket, on Netty. Start reading at
 * {@link dev.vedette.protocol.daemon.Daemon}.
 */
@NullMarked
package dev.vedette.protocol.daemon;

import org.jspecify.annotations.NullMarked;
