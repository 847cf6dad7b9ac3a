/**
 * The replicating data server: this package wires the others into one process. Start reading at
 * {@code ServerMain}.
 */
@NullMarked
package dev.vedette.server;

import org.jspecify.annotations.NullMarked;
