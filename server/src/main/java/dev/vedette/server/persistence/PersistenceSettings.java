package dev.vedette.server.persistence;

import dev.vedette.protocol.conf.GeneralDirectives;
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
                settings.get(GeneralDirectives.DBFILENAME),
                settings.get(GeneralDirectives.SAVE),
                settings.get(GeneralDirectives.RDBCOMPRESSION),
                settings.get(GeneralDirectives.RDBCHECKSUM),
                settings.get(GeneralDirectives.STOP_WRITES_ON_BGSAVE_ERROR));
    }
}
