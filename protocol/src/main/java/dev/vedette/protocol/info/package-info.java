/**
 * Reading and writing the text that INFO answers. It leans on nothing. Start reading at {@link
 * dev.vedette.protocol.info.InfoText}.
 */
@NullMarked
package dev.vedette.protocol.info;

import org.jspecify.annotations.NullMarked;
