/**
 * Notification and reconfiguration scripts: a bounded queue, how many run at once, how long, and
 * when one is tried again. It leans on the vocabulary of events alone. Start reading at {@link
 * dev.vedette.sentinel.script.ScriptQueue}.
 */
@NullMarked
package dev.vedette.sentinel.script;

import org.jspecify.annotations.NullMarked;
