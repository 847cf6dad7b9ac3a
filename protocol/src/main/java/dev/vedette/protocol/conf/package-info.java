/**
 * The grammar of redis.conf: how a line is cut into words, which directives there are and what they
 * may hold, what the command line adds, and how a file is rewritten without losing a comment. It
 * leans on {@code daemon} for the working directory and the words of the operating system. Start
 * reading at {@link dev.vedette.protocol.conf.ConfLoader}; a directive is one row in the class of
 * its subject, such as {@link dev.vedette.protocol.conf.NetworkDirectives}, and {@link
 * dev.vedette.protocol.conf.GeneralDirectives} has them all.
 */
@NullMarked
package dev.vedette.protocol.conf;

import org.jspecify.annotations.NullMarked;
