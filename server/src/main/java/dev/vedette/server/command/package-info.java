/**
 * The commands: their table, one file a group, and the one place where they are refused, queued or
 * run. Start reading at {@link dev.vedette.server.command.Command}, then {@link
 * dev.vedette.server.command.Dispatcher}.
 */
@NullMarked
package dev.vedette.server.command;

import org.jspecify.annotations.NullMarked;
