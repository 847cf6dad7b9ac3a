/**
 * Real processes, real clients, real faults: what a unit test cannot show. Nothing here knows a
 * class of the daemons; they are started through their launchers. Start reading at {@code
 * Topology}.
 */
@NullMarked
package dev.vedette.it;

import org.jspecify.annotations.NullMarked;
