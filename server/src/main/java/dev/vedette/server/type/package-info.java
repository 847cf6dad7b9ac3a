/**
 * What a key can hold. A string is its plain {@code byte[]} until it is changed in place, then a
 * {@link dev.vedette.server.type.GrownString}; start reading at {@link
 * dev.vedette.server.type.ValueType}.
 */
@NullMarked
package dev.vedette.server.type;

import org.jspecify.annotations.NullMarked;
