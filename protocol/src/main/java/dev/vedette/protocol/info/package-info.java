/**
 * Reading and writing the text that INFO answers. What both daemons tell of themselves is here too.
 * It leans on nothing but the version. Start reading at {@link dev.vedette.protocol.info.InfoText}.
 */
@NullMarked
package dev.vedette.protocol.info;

import org.jspecify.annotations.NullMarked;
