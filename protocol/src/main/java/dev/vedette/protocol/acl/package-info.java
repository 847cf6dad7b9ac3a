/**
 * Who may do what: users, their rules, and whether a rule lets a command pass (Redis's ACL, as of
 * 7.0). It knows commands only as rows that a daemon hands in, and touches neither socket nor file.
 * Start reading at {@link dev.vedette.protocol.acl.AccessControl}; what a user may is {@link
 * dev.vedette.protocol.acl.Rights}, how a rule reads is {@code RuleReader}.
 *
 * <p>Names, patterns and rules are text as {@link dev.vedette.protocol.conf.ConfText} decodes it:
 * any byte survives. One thread at a time, but where a method says otherwise.
 */
@NullMarked
package dev.vedette.protocol.acl;

import org.jspecify.annotations.NullMarked;
