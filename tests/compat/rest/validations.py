"""Configs to be validated, right and wrong."""

from step import JSON, SOURCE, Step, dotted

JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter"
CAST = "org.apache.kafka.connect.transforms.Cast"


def of_source(plugin: str = "FileStreamSource", **more) -> Step:
    config = {"connector.class": "FileStreamSource", "name": "q", "topic": "t"} | dotted(more)
    return Step("PUT", f"/connector-plugins/{plugin}/config/validate", config)


def of_sink(plugin: str = "FileStreamSink", **more) -> Step:
    config = {"connector.class": "FileStreamSink", "name": "q", "topics": "t"} | dotted(more)
    return Step("PUT", f"/connector-plugins/{plugin}/config/validate", config)


def of_sources() -> list[Step]:
    return [
        of_source(),
        of_source(file="x", tasks_max="3"),
        of_source(plugin="Source"),
        of_source(plugin=SOURCE),
        of_source(plugin="FileStreamSourceConnector"),
        of_source(connector_class=SOURCE, plugin=SOURCE),
        of_source(plugin="Bogus"),
        of_source(topic=None),
        of_source(topic=""),
        of_source(name=None),
        of_source(name=""),
        of_source(name="a\tb"),
        of_source(tasks_max="a"),
        of_source(tasks_max=None),
        of_source(tasks_max=0),
        of_source(tasks_max=1.5),
        of_source(tasks_max=" 2 "),
        of_source(batch_size="abc"),
        of_source(errors_tolerance="x", errors_log_enable="maybe"),
        of_source(errors_retry_timeout="9999999999999999999"),
        of_source(config_action_reload="never"),
        of_source(transaction_boundary="z", exactly_once_support="required"),
        of_source(transaction_boundary="CONNECTOR", exactly_once_support="Requested", file="f"),
        of_source(transaction_boundary_interval_ms="-1"),
        of_source(offsets_storage_topic=""),
        of_source(topic_creation_groups="a,a"),
        of_source(topic_creation_default_partitions="x"),
        of_source(unknown="x"),
        of_source(unknown=None),
        of_source(key_converter="JsonConverter"),
        of_source(key_converter="foo"),
        of_source(key_converter=""),
        of_source(key_converter=None),
        of_source(key_converter="FileStreamSink"),
        of_source(value_converter="SimpleHeaderConverter", header_converter="Json"),
        of_source(value_converter=JSON_CONVERTER, value_converter_schemas_enable="maybe"),
        of_source(value_converter=JSON_CONVERTER, value_converter_decimal_format="x"),
        of_source(key_converter="JsonConverter", key_converter_plugin_version="9"),
        of_source(key_converter="JsonConverter", key_converter_plugin_version="[bad"),
        of_source(connector_plugin_version="4.1.0"),
        of_source(connector_plugin_version="[4.0,5.0]"),
        of_source(connector_plugin_version="[bad"),
        of_source(predicates="p"),
        of_source(predicates="p", predicates_p_type="FileStreamSink"),
        of_source(producer_override_acks="9", producer_override_bogus="1", producer_override_linger_ms="3"),
        Step(
            "PUT",
            "/connector-plugins/FileStreamSource/config/validate",
            {
                "connector.class": "FileStreamSource",
                "name": "q",
                "topic": "t",
                "producer.override.sasl.jaas.config": "secret",
                "consumer.override.group.id": "ignored",
                "admin.override.retries": "ignored",
            },
        ),
        of_source(producer_override_linger_ms="x"),
    ]


def of_transforms() -> list[Step]:
    return [
        of_source(transforms="a", transforms_a_type="Foo"),
        of_source(transforms="a,a"),
        of_source(transforms="a, b"),
        of_source(transforms="a", transforms_a_type=None),
        of_source(transforms="a", transforms_a_type="JsonConverter", transforms_a_negate="x"),
        of_source(transforms="a", transforms_a_type=CAST + "$Value"),
        of_source(transforms="a", transforms_a_type=CAST + "$Value", transforms_a_spec="x:nothing"),
        of_source(transforms="a", transforms_a_type=CAST + "$Key", transforms_a_spec="int8"),
        of_source(transforms="a", transforms_a_type=CAST, transforms_a_spec="int8"),
        of_source(transforms="a", transforms_a_type="Cast$Value", transforms_a_spec="int8"),
        of_source(transforms="a", transforms_a_type="RegexRouter", transforms_a_regex="("),
        of_source(
            transforms="a",
            transforms_a_type="Filter",
            transforms_a_predicate="p",
            transforms_a_negate="true",
            predicates="p",
            predicates_p_type="TopicNameMatches",
            predicates_p_pattern="t.*",
        ),
        of_source(transforms="a", transforms_a_type="Filter", transforms_a_predicate="q"),
    ]


def of_sinks() -> list[Step]:
    return [
        of_sink(),
        of_sink(topics=""),
        of_sink(topics_regex="a.*"),
        of_sink(topics=None),
        of_sink(topics=" t , u ,,v", errors_deadletterqueue_topic_name="u"),
        of_sink(topics="", topics_regex="d.*", errors_deadletterqueue_topic_name="dead"),
        of_sink(errors_deadletterqueue_topic_replication_factor="99999"),
        of_sink(consumer_override_max_poll_records="7"),
        of_sink(consumer_override_max_poll_records="abc"),
        of_sink(consumer_override_group_id="workers"),
        of_sink(consumer_override_group_id="other"),
        of_sink(connector_class=""),
        Step("PUT", "/connector-plugins/X/config/validate", {}),
        Step("PUT", "/connector-plugins/X/config/validate", {"connector.class": None}),
        Step("PUT", "/connector-plugins/X/config/validate", {"connector.class": "X"}),
        Step("PUT", "/connector-plugins/X/config/validate", "", JSON),
        Step("PUT", "/connector-plugins/X/config/validate", "[]", JSON),
    ]
