package dev.vedette.server.persistence;

import dev.vedette.protocol.conf.PersistenceDirectives;
import dev.vedette.protocol.conf.SavePoint;
import dev.vedette.protocol.conf.Settings;

import java.util.List;

/** What the conf says about files, looked up once a change. */
record PersistenceSettings(
        String fileName,
        List<SavePoint> savePoints,
        boolean compress,
        boolean checksum,
        boolean stopWritesOnError) {

    static PersistenceSettings of(Settings settings) {
        return new PersistenceSettings(
                settings.get(PersistenceDirectives.DBFILENAME),
                settings.get(PersistenceDirectives.SAVE),
                settings.get(PersistenceDirectives.RDBCOMPRESSION),
                settings.get(PersistenceDirectives.RDBCHECKSUM),
                settings.get(PersistenceDirectives.STOP_WRITES_ON_BGSAVE_ERROR));
    }
}
