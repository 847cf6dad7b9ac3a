/**
 * Channels, patterns and those who listen to them. Start reading at {@link
 * dev.vedette.server.pubsub.PubSub}.
 */
@NullMarked
package dev.vedette.server.pubsub;

import org.jspecify.annotations.NullMarked;
