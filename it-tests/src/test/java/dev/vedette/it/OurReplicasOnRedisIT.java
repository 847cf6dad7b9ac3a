package dev.vedette.it;

/** Masters of Redis with our replicas. */
@Interop
class OurReplicasOnRedisIT extends ReplicationScenarios {
    @Override
    Product masters() {
        return Product.REDIS;
    }

    @Override
    Product replicas() {
        return Product.VEDETTE;
    }
}
