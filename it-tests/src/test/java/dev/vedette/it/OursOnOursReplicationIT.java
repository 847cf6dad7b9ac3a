package dev.vedette.it;

/** Our masters with our replicas. */
class OursOnOursReplicationIT extends ReplicationScenarios {
    @Override
    Product masters() {
        return Product.VEDETTE;
    }

    @Override
    Product replicas() {
        return Product.VEDETTE;
    }
}
