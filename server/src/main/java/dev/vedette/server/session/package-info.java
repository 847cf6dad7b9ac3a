/**
 * One client connection and what it remembers: protocol, database, transaction, subscriptions,
 * limits of its output, and how it ends. Start reading at {@link
 * dev.vedette.server.session.Session}.
 */
@NullMarked
package dev.vedette.server.session;

import org.jspecify.annotations.NullMarked;
