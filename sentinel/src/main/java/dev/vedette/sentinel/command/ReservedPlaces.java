package dev.vedette.sentinel.command;

import dev.vedette.protocol.daemon.OpenFiles;

import java.util.HashSet;
import java.util.Set;

/**
 * Places beyond maxclients, so that a sentinel whose clients leak connections still votes with its
 * peers and can be mended (redis/redis#2803, redis/redis#10731). Who comes when all other places
 * are taken has to show at once that it is a peer or an administrator; everybody else hears Redis's
 * error. This is no matter of rights, which the ACL holds as ever. Event loop only.
 */
final class ReservedPlaces {
    static final int COUNT = 64;

    static final String REFUSAL = "ERR max number of clients reached";

    /** Who has not said for so long who it is, is no peer: those do as soon as they connect. */
    private static final long PATIENCE_MILLIS = 1000;

    /** What comes before the first word that tells who it is; redis-cli asks for COMMAND DOCS. */
    private static final Set<String> INTRODUCTIONS = Set.of("auth", "hello", "command");

    private static final Set<String> OF_ADMINISTRATORS = Set.of("acl", "info", "shutdown");

    private static final Set<String> CLIENT_OF_ADMINISTRATORS = Set.of("kill", "list");

    private static final Set<String> QUESTIONS_OF_CLIENTS =
            Set.of(
                    "get-master-addr-by-name",
                    "get-primary-addr-by-name",
                    "master",
                    "masters",
                    "primaries",
                    "primary",
                    "replicas",
                    "sentinels",
                    "slaves");

    private final int places;
    private final Set<ClientSession> unproven = new HashSet<>();

    /**
     * @param maxClients the places for everybody; fewer when the limit of open files would leave
     *     nothing behind them
     */
    ReservedPlaces(int maxClients) {
        var all = (int) Math.min(Integer.MAX_VALUE, (long) maxClients + COUNT);
        places = Math.max(1, OpenFiles.clients(all) - COUNT);
    }

    /** Whether there is no place for anybody among so many connections. */
    boolean areTaken(int connections) {
        return connections >= (long) places + COUNT;
    }

    /** It came as one of so many connections, itself included. */
    void opened(ClientSession session, int connections) {
        if (connections > places) {
            unproven.add(session);
        }
    }

    void closed(ClientSession session) {
        unproven.remove(session);
    }

    /** Returns whether the command may be done; if not the client was told, and is sent away. */
    boolean admits(ClientSession session, Words words, int connections) {
        // Without a password nobody is anybody; the dispatcher says so.
        if (!unproven.contains(session)
                || !session.mayTalk()
                || INTRODUCTIONS.contains(words.lower(0))) {
            return true;
        }
        if (connections <= places || isOfPeerOrAdministrator(words)) {
            unproven.remove(session);
            return true;
        }
        refuse(session);
        return false;
    }

    private static boolean isOfPeerOrAdministrator(Words words) {
        var name = words.lower(0);
        if (OF_ADMINISTRATORS.contains(name)) {
            return true;
        }
        if (words.count() < 2) {
            return false;
        }
        var sub = words.lower(1);
        return switch (name) {
            case "client" -> CLIENT_OF_ADMINISTRATORS.contains(sub) || isNameOfPeer(sub, words);
            case "sentinel" -> !QUESTIONS_OF_CLIENTS.contains(sub);
            default -> false;
        };
    }

    /** So a sentinel names its link to another one (sentinel.c, sentinelSetClientName). */
    private static boolean isNameOfPeer(String sub, Words words) {
        return sub.equals("setname") && words.count() > 2 && words.text(2).startsWith("sentinel-");
    }

    /** Sends those away who have not said in time who they are. */
    void sweep(int connections) {
        if (connections <= places) {
            unproven.clear();
        }
        for (var session : Set.copyOf(unproven)) {
            if (session.ageMillis() >= PATIENCE_MILLIS) {
                refuse(session);
                session.flush();
            }
        }
    }

    private void refuse(ClientSession session) {
        unproven.remove(session);
        session.port().stats().rejectedConnections++;
        session.push().error(REFUSAL);
        session.closeAfterReply();
    }
}
