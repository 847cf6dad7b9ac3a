package dev.vedette.sentinel.sim;

/** A vote, an address, a promotion of one master (by name) belongs to one epoch. */
record Term(String master, long epoch) {}
