package oracle;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.AppInfoParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what {@code Errors} knows: of each error the code, the name, its exception's classes up to ApiException, and the message. */
public final class ErrorsDump {
    private ErrorsDump() {}

    public static void main(String[] args) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (Errors error : Errors.values()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("code", error.code());
            row.put("name", error.name());
            row.put("classes", classes(error.exception()));
            row.put("message", error == Errors.NONE ? "" : error.message());
            lines.add("  " + json.writeValueAsString(row));
        }
        String version = AppInfoParser.getVersion();
        Files.writeString(Path.of(args[0]),
            "{\"kafka\": \"" + version + "\", \"errors\": [\n" + String.join(",\n", lines) + "\n]}\n");
    }

    /** Simple names, the exception's own first. */
    private static List<String> classes(ApiException exception) {
        List<String> names = new ArrayList<>();
        if (exception != null)
            for (Class<?> type = exception.getClass(); type != ApiException.class; type = type.getSuperclass())
                names.add(type.getSimpleName());
        return names;
    }
}
