/**
 * The sentinel daemon around its pure core: {@link dev.vedette.sentinel.CoreRunner} feeds the core
 * what happens, performs its effects in order and wakes it at its deadlines, all on one event loop;
 * {@link dev.vedette.sentinel.SentinelMain} wires the process together. It leans on every other
 * package of the module. Start reading at {@code CoreRunner}.
 */
@NullMarked
package dev.vedette.sentinel;

import org.jspecify.annotations.NullMarked;
