package dev.vedette.it;

/** Our masters with replicas of Redis. */
@Interop
class RedisReplicasOnOursIT extends ReplicationScenarios {
    @Override
    Product masters() {
        return Product.VEDETTE;
    }

    @Override
    Product replicas() {
        return Product.REDIS;
    }
}
