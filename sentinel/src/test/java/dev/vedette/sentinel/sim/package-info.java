@NullMarked
package dev.vedette.sentinel.sim;

import org.jspecify.annotations.NullMarked;
