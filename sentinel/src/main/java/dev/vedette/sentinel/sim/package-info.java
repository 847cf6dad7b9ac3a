/**
 * The simulator: a whole deployment of production decision cores, model data nodes, a network and
 * disks that fail, in one thread and in virtual time, from one seed. It leans on {@code
 * sentinel.core}, and on the gate that keeps the order of its effects. Start reading at {@link
 * dev.vedette.sentinel.sim.Simulation}; what is checked stands in {@code Invariants}, what goes
 * wrong in {@code Chaos}, and docs/simulation.md tells the rest.
 */
@NullMarked
package dev.vedette.sentinel.sim;

import org.jspecify.annotations.NullMarked;
