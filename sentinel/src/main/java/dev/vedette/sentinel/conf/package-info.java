/**
 * sentinel.conf: what its lines mean, and how the state of the sentinel is written back into them.
 * It leans on the grammar of {@code protocol.conf} and on the state types of {@code sentinel.core}.
 * Start reading at {@link dev.vedette.sentinel.conf.SentinelConf}.
 */
@NullMarked
package dev.vedette.sentinel.conf;

import org.jspecify.annotations.NullMarked;
