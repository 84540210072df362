//! What each form of text comes to, and that no text does harm.

use super::*;

#[track_caller]
fn check_taken(text: &str, format: Format, want: &[(&str, &str)]) -> Imported {
    let imported = import(text);
    let taken: Vec<(&str, &str)> =
        imported.taken.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!((imported.format, taken.as_slice()), (format, want), "{text}");
    imported
}

#[test]
fn a_properties_file_is_read_as_java_reads_it() {
    let text = "# a comment\n! another\nacks=all\nlinger.ms : 20\n  batch.size 65\\\n    536\n\
                enable\\.idempotence=true\nclient.id=shop\nretries=\\u0033\n";
    let imported = check_taken(
        text,
        Format::Properties,
        &[
            ("acks", "all"),
            ("linger.ms", "20"),
            ("batch.size", "65536"),
            ("enable.idempotence", "true"),
            ("retries", "3"),
        ],
    );
    assert_eq!(imported.others, ["client.id"]);
    assert_eq!(imported.unread, []);
}

#[test]
fn spring_settings_are_read_nested_dotted_and_in_braces() {
    let text = "
spring:
  application.name: shop # not ours
  kafka:
    bootstrap-servers: localhost:9092
    producer:
      acks: \"1\"
      batch-size: 16KB
      bufferMemory: 33554432
      properties:
        linger.ms: 20
        enable:
          idempotence: false
        '[max.block.ms]': 5000
    consumer:
      properties: {metadata.max.age.ms: 1000}
";
    let imported = check_taken(
        text,
        Format::Yaml,
        &[
            ("acks", "1"),
            ("batch.size", "16384"),
            ("buffer.memory", "33554432"),
            ("linger.ms", "20"),
            ("enable.idempotence", "false"),
            ("max.block.ms", "5000"),
        ],
    );
    assert_eq!(
        imported.others,
        [
            "spring.application.name",
            "spring.kafka.bootstrap-servers",
            "spring.kafka.consumer.properties.metadata.max.age.ms"
        ]
    );
    check_taken("producer:\n  properties: {linger.ms: 7}\n", Format::Yaml, &[("linger.ms", "7")]);
    check_taken(
        "spring.kafka.producer.properties.linger.ms=9\n",
        Format::Properties,
        &[("linger.ms", "9")],
    );
}

#[test]
fn java_and_kotlin_maps_are_read() {
    let java = "
        Properties props = new Properties();
        props.put(ProducerConfig.ACKS_CONFIG, \"all\"); // the acks
        props.put(\"linger.ms\", 20);
        props.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(32 * 1024));
        props.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000L);
        props.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class.getName());
        props.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        props.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, RoundRobinPartitioner.class.getName());
        props.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, maxAge);
    ";
    let imported = check_taken(
        java,
        Format::Java,
        &[
            ("acks", "all"),
            ("linger.ms", "20"),
            ("batch.size", "32768"),
            ("max.block.ms", "60000"),
            ("retries", "2147483647"),
            ("partitioner.class", ROUND_ROBIN),
        ],
    );
    assert_eq!(imported.others, ["KEY_SERIALIZER_CLASS_CONFIG"]);
    let unread = Unread { line: 10, setting: Some("metadata.max.age.ms"), why: Why::NotAValue };
    assert_eq!(imported.unread, [unread]);

    check_taken(
        "Map.of(\"acks\", \"0\", \"retries\", 0, ProducerConfig.LINGER_MS_CONFIG, 1)",
        Format::Java,
        &[("acks", "0"), ("retries", "0"), ("linger.ms", "1")],
    );
    check_taken(
        "val props = mapOf(\n  ProducerConfig.ACKS_CONFIG to \"all\",\n  \"batch.size\" to 64 * 1024,\n)",
        Format::Java,
        &[("acks", "all"), ("batch.size", "65536")],
    );
    check_taken(
        "props[ProducerConfig.ACKS_CONFIG] = \"1\"\nprops[\"compression.gzip.level\"] = -1\n",
        Format::Java,
        &[("acks", "1"), ("compression.gzip.level", "-1")],
    );
}

#[test]
fn every_constant_of_kafka_names_its_setting() {
    for row in TABLE {
        if let Some(constant) = constant(row.name, KafkaVersion::V4_3) {
            assert_eq!(constant_of(&constant).map(|row| row.name), Some(row.name));
        }
    }
}

#[test]
fn of_several_values_the_last_holds_and_what_kafka_refuses_is_said() {
    let imported = import("acks=0\nacks=ALL\nlinger.ms=5\nlinger.ms=6\n");
    assert_eq!(imported.taken, [("linger.ms", "6".to_owned())]);
    assert_eq!(
        imported.refused[0].message,
        "Invalid value ALL for configuration acks: String must be one of: all, -1, 0, 1"
    );
}

#[test]
fn a_placeholder_gives_its_default_or_is_named() {
    let imported = import("acks=${KAFKA_ACKS:1}\nlinger.ms=${LINGER}\n");
    assert_eq!(imported.taken, [("acks", "1".to_owned())]);
    let unread = Unread { line: 2, setting: Some("linger.ms"), why: Why::NotAValue };
    assert_eq!(imported.unread, [unread]);
}

#[test]
fn of_secrets_the_names_alone_are_kept() {
    let forms = [
        "sasl.jaas.config=org.apache.Login required username=\"al\" password=\"HUNTER\";\n\
         ssl.keystore.password=HUNTER\nssl.key.password : HUNTER\nssl.truststore.location=/HUNTER\n\
         schema.registry.basic.auth.user.info=HUNTER:HUNTER\nacks=1\n",
        "spring:\n  kafka:\n    producer:\n      acks: 1\n    ssl:\n      key-password: HUNTER\n      \
         key-store-certificate-chain: |\n        -----BEGIN HUNTER-----\n        HUNTER=\n    \
         properties:\n      sasl.jaas.config: >\n        x.HUNTER: required\n        password=HUNTER\n",
        "p.put(\"sasl.jaas.config\", \"HUNTER.y required \" +\n    \"HUNTER.z\", \"HUNTER\");\n\
         p.put(SaslConfigs.SASL_JAAS_CONFIG, \"HUNTER\");\np.put(\"acks\", \"1\");",
        "-----BEGIN PRIVATE KEY-----\nHUNTERHUNTER\nHUNTER=\nhunTER==\n-----END PRIVATE KEY-----\n\
         acks=1\npassword=HUNTER\n",
    ];
    for form in forms {
        let imported = import(form);
        assert_eq!(imported.taken, [("acks", "1".to_owned())], "{form}");
        assert!(!imported.secrets.is_empty() || imported.unread.len() > 3, "{form}");
        assert!(!format!("{imported:?}").to_lowercase().contains("hunter"), "{imported:?}");
    }
    let imported = import(forms[0]);
    assert_eq!(imported.others, [""; 0]);
    assert_eq!(imported.secrets.len(), 5);
}

#[test]
fn all_of_it_leaves_as_lines() {
    let text = "acks=1\nlinger.ms=x\\ny\nclient.id=a\nssl.key.password=b\nretries=${R}\n";
    let want = "format\tproperties\ntaken\tacks\t1\nrefused\tlinger.ms\tInvalid value x y for \
                configuration linger.ms: Not a number of type LONG\nother\tclient.id\nsecret\t\
                ssl.key.password\nunread\tnot-a-value\t5\tretries";
    assert_eq!(import(text).lines(), want);
}

#[test]
fn a_text_that_is_too_long_is_not_read() {
    let imported = import(&"acks=1\n".repeat(LENGTH_MAX));
    assert_eq!(imported.unread, [Unread { line: 1, setting: None, why: Why::TooLong }]);
    assert_eq!(imported.taken, []);
}

#[test]
fn lines_that_say_nothing_are_named_by_their_number() {
    let imported = import("acks=1\nnonsense\n");
    assert_eq!(imported.unread, [Unread { line: 2, setting: None, why: Why::NotUnderstood }]);
    let imported = import("acks: 1\n  linger.ms: 5\n");
    assert_eq!(imported.unread, [Unread { line: 2, setting: None, why: Why::NotUnderstood }]);
}

#[test]
fn the_form_is_that_of_most_lines_and_no_good_line_is_lost_for_another() {
    let mixed = "linger.ms: abc\nacks=2\nspring.kafka.producer.batch-size=100\n\
                 spring.kafka.producer.properties.max.block.ms=5000\n";
    let want = [("batch.size", "100"), ("max.block.ms", "5000")];
    let imported = check_taken(mixed, Format::Properties, &want);
    let refused: Vec<&str> = imported.refused.iter().map(|error| error.setting).collect();
    assert_eq!((refused, imported.unread.len()), (vec!["linger.ms", "acks"], 0));
    let yaml = "spring:\n  kafka:\n    producer:\n      acks: all\nlinger.ms=20\n";
    let imported = check_taken(yaml, Format::Yaml, &[("acks", "all"), ("linger.ms", "20")]);
    assert_eq!((imported.otherwise, imported.unread.len()), (vec![5], 0));
}
