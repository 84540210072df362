package oracle;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.AppInfoParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what a client's {@code ProducerConfig.configDef()} says: run with the jar of the version in question in front of the
 * class path. Uses nothing else of the client, so that it runs with old ones.
 */
public final class ConfigDefDump {
    private ConfigDefDump() {}

    public static void main(String[] args) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (ConfigDef.ConfigKey key : ProducerConfig.configDef().configKeys().values()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", key.name);
            row.put("type", key.type.name());
            row.put("has_default", key.hasDefault());
            row.put("default", key.hasDefault() && key.defaultValue != null ? shown(key) : null);
            row.put("validator", key.validator == null ? null : validator(key.validator));
            row.put("importance", key.importance.name());
            lines.add("  " + json.writeValueAsString(row));
        }
        String version = AppInfoParser.getVersion();
        Files.writeString(Path.of(args[0]),
            "{\"kafka\": \"" + version + "\", \"settings\": [\n" + String.join(",\n", lines) + "\n]}\n");
    }

    private static String shown(ConfigDef.ConfigKey key) {
        return ConfigDef.convertToString(key.defaultValue, key.type);
    }

    /** What it says of itself, or its class where it says nothing. */
    private static String validator(ConfigDef.Validator validator) {
        String text = validator.toString();
        return text.contains("@") ? validator.getClass().getSimpleName() : text;
    }
}
