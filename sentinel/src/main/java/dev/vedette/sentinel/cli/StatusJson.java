package dev.vedette.sentinel.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/**
 * {@code vedette status --json}. What a script asks for first stands under names of ours, with
 * numbers as numbers; {@code fields} has each field of the sentinel's answer, unchanged.
 */
final class StatusJson {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private StatusJson() {}

    static String of(SentinelView view) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("sentinel", view.sentinel().toString());
        root.put("id", view.id());
        root.put("healthy", view.isHealthy());
        ArrayNode masters = root.putArray("masters");
        view.masters().forEach(master -> add(masters.addObject(), master));
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
        }
    }

    private static void add(ObjectNode node, SentinelView.Master master) {
        node.put("name", master.name());
        putInstance(node, master.fields());
        node.put("healthy", master.isHealthy());
        node.put("config_epoch", master.fields().number("config-epoch"));
        ObjectNode quorum = node.putObject("quorum");
        quorum.put("needed", master.fields().number("quorum"));
        quorum.put("reached", master.quorum().isReached());
        quorum.put("message", master.quorum().message());
        ArrayNode replicas = node.putArray("replicas");
        for (Fields replica : master.replicas()) {
            ObjectNode row = replicas.addObject();
            putInstance(row, replica);
            row.put("link_up", replica.text("master-link-status").equals("ok"));
            row.put("offset", replica.number("slave-repl-offset"));
            row.put("priority", replica.number("slave-priority"));
            putFields(row, replica);
        }
        ArrayNode sentinels = node.putArray("other_sentinels");
        for (Fields peer : master.peers()) {
            ObjectNode row = sentinels.addObject();
            putInstance(row, peer);
            row.put("id", peer.text("runid"));
            putFields(row, peer);
        }
        putFields(node, master.fields());
    }

    private static void putInstance(ObjectNode node, Fields instance) {
        node.put("host", instance.address().host());
        node.put("port", instance.address().port());
        node.put("state", SentinelView.stateOf(instance));
        List<String> flags = instance.flags();
        ArrayNode array = node.putArray("flags");
        flags.forEach(array::add);
    }

    private static void putFields(ObjectNode node, Fields instance) {
        ObjectNode fields = node.putObject("fields");
        instance.values().forEach(fields::put);
    }
}
