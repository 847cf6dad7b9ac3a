/**
 * What makes a JVM behave as a Unix daemon: Redis's log lines, signals, pid file, working
 * directory. It leans on the JDK and logback alone. Start reading at {@link
 * dev.vedette.protocol.daemon.Daemon}.
 */
@NullMarked
package dev.vedette.protocol.daemon;

import org.jspecify.annotations.NullMarked;
