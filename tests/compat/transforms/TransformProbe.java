// Runs cases, one JSON object per line on stdin, through the real transforms and predicates of Connect and prints one
// JSON object per case. transform_probe.cc does the same with ours; test_transforms.py makes the cases and compares.

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import javax.script.Bindings;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

public class TransformProbe {
  static final ObjectMapper MAPPER = Described.MAPPER;

  public static void main(String[] args) throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    MAPPER.getFactory().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err);  // for what libraries log
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(MAPPER.writeValueAsString(run(MAPPER.readTree(line))));
    }
    out.flush();
  }

  static ObjectNode run(JsonNode test) throws Exception {
    String name = test.get("class").asText();
    if (name.equals("expression")) return evaluate(test);
    Object plugin = Class.forName(name.startsWith("io.debezium.") ? name : "org.apache.kafka.connect.transforms." + name)
        .getDeclaredConstructor().newInstance();
    Map<String, String> properties = new HashMap<>();
    test.get("props").fields().forEachRemaining(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
    ConfigDef def = plugin instanceof Transformation<?> transform ? transform.config() : ((Predicate<?>) plugin).config();
    ObjectNode result = MAPPER.createObjectNode();
    ArrayNode keys = result.putArray("keys");
    def.configKeys().keySet().forEach(keys::add);
    try {
      result.set("validation", validate(def, properties));
    } catch (Throwable e) {
      result.set("validation", error(e));
    }
    try {
      if (plugin instanceof Transformation<?> transform) transform.configure(properties);
      else ((Predicate<?>) plugin).configure(properties);
    } catch (Throwable e) {
      result.set("configure", error(e));
      return result;
    }
    ArrayNode records = result.putArray("records");
    for (JsonNode record : test.get("records")) records.add(apply(plugin, record));
    return result;
  }

  public record GivenHeader(Schema getSchema, Object getValue) {
    public Schema getSchema() { return getSchema; }
    public Object getValue() { return getValue; }
  }

  /** As Debezium's Jsr223Engine does it. */
  static ObjectNode evaluate(JsonNode test) throws Exception {
    ScriptEngine engine = new ScriptEngineManager().getEngineByName("groovy");
    ObjectNode answer = MAPPER.createObjectNode();
    ArrayNode results = answer.putArray("results");
    for (JsonNode node : test.get("records")) {
      ConnectRecord<?> record = record(node);
      Map<String, GivenHeader> headers = new HashMap<>();
      for (Header header : record.headers()) headers.put(header.key(), new GivenHeader(header.schema(), header.value()));
      Bindings bindings = engine.createBindings();
      bindings.put("key", record.key());
      bindings.put("value", record.value());
      bindings.put("keySchema", record.keySchema());
      bindings.put("valueSchema", record.valueSchema());
      bindings.put("topic", record.topic());
      bindings.put("header", headers);
      try {
        Object result = engine.eval(test.get("text").asText(), bindings);
        if (result == null) results.addNull();
        else if (result instanceof Boolean truth) results.add(truth);
        else if (result instanceof Number number) results.add(number.doubleValue());
        else results.add(result.toString());
      } catch (Throwable e) {
        results.addObject().put("error", true);
      }
    }
    return answer;
  }

  static ArrayNode validate(ConfigDef def, Map<String, String> properties) {
    ArrayNode values = MAPPER.createArrayNode();
    for (ConfigValue value : def.validate(properties)) {
      ObjectNode node = values.addObject();
      ConfigDef.ConfigKey key = def.configKeys().get(value.name());
      node.put("name", value.name());
      node.put("value", ConfigDef.convertToString(value.value(), key.type));
      node.put("type", key.type.name());
      node.put("importance", key.importance.name());
      node.put("default", key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : "(required)");
      node.put("validator", key.validator == null ? "" : key.validator.toString());
      ArrayNode errors = node.putArray("errors");
      for (String error : value.errorMessages()) errors.add(error);
    }
    return values;
  }

  static ObjectNode error(Throwable e) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("error", e.getClass().getName());
    node.put("message", String.valueOf(e.getMessage()));
    node.put("cause", e.getCause() == null ? null : e.getCause().getClass().getName());
    return node;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static ObjectNode apply(Object plugin, JsonNode node) {
    ConnectRecord<?> record = record(node);
    ObjectNode before = describe(record);
    ObjectNode result = MAPPER.createObjectNode();
    try {
      if (plugin instanceof Predicate predicate) {
        result.put("matches", predicate.test(record));
      } else {
        ConnectRecord<?> transformed = ((Transformation) plugin).apply(record);
        if (transformed == null) result.put("dropped", true);
        else result.set("record", describe(transformed));
      }
    } catch (Throwable e) {
      result.set("error", error(e));
    }
    if (!before.equals(describe(record))) result.put("given record changed", true);
    return result;
  }

  static ConnectRecord<?> record(JsonNode node) {
    ConnectHeaders headers = new ConnectHeaders();
    for (JsonNode header : node.path("headers")) {
      Schema schema = Described.schema(header.get(1));
      headers.add(header.get(0).asText(), Described.value(header.get(2), schema), schema);
    }
    Schema keySchema = Described.schema(node.get("key_schema"));
    Object key = Described.value(node.get("key"), keySchema);
    Schema valueSchema = Described.schema(node.get("value_schema"));
    Object value = Described.value(node.get("value"), valueSchema);
    String topic = node.get("topic").asText();
    Integer partition = node.hasNonNull("partition") ? node.get("partition").asInt() : null;
    Long timestamp = node.hasNonNull("timestamp") ? node.get("timestamp").asLong() : null;
    if (node.hasNonNull("offset")) {
      return new SinkRecord(topic, partition == null ? 0 : partition, keySchema, key, valueSchema, value,
          node.get("offset").asLong(), timestamp, TimestampType.CREATE_TIME, headers);
    }
    return new SourceRecord(Map.of("p", 1), Map.of("o", 1), topic, partition, keySchema, key, valueSchema, value,
        timestamp, headers);
  }

  static ObjectNode describe(ConnectRecord<?> record) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("topic", record.topic());
    node.put("partition", record.kafkaPartition());
    node.put("timestamp", record.timestamp());
    node.set("key_schema", Described.describeSchema(record.keySchema()));
    node.set("key", Described.describe(record.key(), record.keySchema()));
    node.set("value_schema", Described.describeSchema(record.valueSchema()));
    node.set("value", Described.describe(record.value(), record.valueSchema()));
    ArrayNode headers = node.putArray("headers");
    for (Header header : record.headers()) {
      headers.addArray().add(header.key()).add(Described.describeSchema(header.schema()))
          .add(Described.describe(header.value(), header.schema()));
    }
    return node;
  }
}
