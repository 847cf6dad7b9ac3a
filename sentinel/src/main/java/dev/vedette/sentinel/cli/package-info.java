/**
 * The operator's tool, {@code bin/vedette}: it asks sentinels and servers over their Redis
 * protocol, as any client could, and starts the demo's processes through the launchers. It leans on
 * {@code protocol} and knows nothing of the daemons' classes, so it works with a real Redis
 * Sentinel too. Start reading at {@code VedetteMain}; the demo's story is told in {@code
 * FailoverDemo}.
 */
@NullMarked
package dev.vedette.sentinel.cli;

import org.jspecify.annotations.NullMarked;
