/**
 * What an operator sees and steers: configuration, counters, INFO, SLOWLOG, the end of the process.
 * Start reading at {@link dev.vedette.server.admin.Config} and {@link
 * dev.vedette.server.admin.InfoSections}.
 */
@NullMarked
package dev.vedette.server.admin;

import org.jspecify.annotations.NullMarked;
