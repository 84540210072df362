// Kafka's own client and Spring Boot read the settings: `java Check.java properties FOLDER` constructs a
// ProducerConfig from each .properties file; `java Check.java spring FOLDER PROPERTIES` binds each
// application.yml and compares it with the .properties file of the same name.

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.autoconfigure.kafka.KafkaProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

public final class Check {
    public static void main(String[] args) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(args[1]))) {
            files = all.filter(file -> file.toString().matches(".*\\.(properties|yml)")).sorted().toList();
        }
        int count = 0;
        for (Path file : files) {
            if (args[0].equals("properties")) {
                // what an older client accepts with its own defaults, this one may refuse
                if (!Files.readString(file).startsWith("# for kafka-clients")) {
                    new ProducerConfig(properties(file));
                    count++;
                }
                continue;
            }
            count++;
            String name = file.getFileName().toString().replace(".yml", ".properties");
            Map<String, String> want = texts(properties(Path.of(args[2], name)));
            Map<String, String> got = texts(bound(file));
            if (!got.equals(want)) {
                throw new AssertionError(file + "\n  Spring Boot has " + got + "\n  wanted      " + want);
            }
        }
        System.out.println(count);
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private static Map<String, Object> bound(Path file) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        new YamlPropertySourceLoader().load("application", new FileSystemResource(file))
                .forEach(environment.getPropertySources()::addFirst);
        return Binder.get(environment).bind("spring.kafka", KafkaProperties.class).get()
                .buildProducerProperties(null);
    }

    private static Map<String, String> texts(Map<?, ?> settings) {
        return settings.entrySet().stream().collect(Collectors.toMap(
                entry -> entry.getKey().toString(), entry -> text(entry.getValue()),
                (first, second) -> second, TreeMap::new));
    }

    private static String text(Object value) {
        if (value instanceof Class<?> type) {
            return type.getName();
        }
        return value instanceof List<?> list ? String.join(",", list.stream().map(Object::toString).toList())
                : value.toString();
    }
}
