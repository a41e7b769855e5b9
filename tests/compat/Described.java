// Described schemas and values (see described.py) to real ones and back.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

public class Described {
  static final ObjectMapper MAPPER = new ObjectMapper();
  static final HexFormat HEX = HexFormat.of();
  static final long DAY_MS = 86_400_000L;

  // Descriptions to data.

  static Schema schema(JsonNode node) {
    if (node == null || node.isNull()) return null;
    Schema.Type type = Schema.Type.valueOf(node.get("t").asText());
    SchemaBuilder builder = switch (type) {
      case ARRAY -> SchemaBuilder.array(schema(node.get("v")));
      case MAP -> SchemaBuilder.map(schema(node.get("k")), schema(node.get("v")));
      default -> new SchemaBuilder(type);
    };
    if (node.path("opt").asBoolean()) builder.optional();
    if (node.has("name")) builder.name(node.get("name").asText());
    if (node.has("ver")) builder.version(node.get("ver").asInt());
    if (node.has("doc")) builder.doc(node.get("doc").asText());
    node.path("params").fields().forEachRemaining(entry -> builder.parameter(entry.getKey(), entry.getValue().asText()));
    for (JsonNode field : node.path("fields")) builder.field(field.get(0).asText(), schema(field.get(1)));
    if (node.has("def")) builder.defaultValue(value(node.get("def"), builder));
    return builder.build();
  }

  static Object value(JsonNode node, Schema schema) {
    if (node.isNull()) return null;
    String kind = node.fieldNames().next();
    JsonNode content = node.get(kind);
    return switch (kind) {
      case "b" -> content.asBoolean();
      case "i8" -> (byte) content.asLong();
      case "i16" -> (short) content.asLong();
      case "i32" -> (int) content.asLong();
      case "i64" -> Long.parseLong(content.asText());
      case "f32" -> Float.intBitsToFloat((int) Long.parseLong(content.asText(), 16));
      case "f64" -> Double.longBitsToDouble(Long.parseUnsignedLong(content.asText(), 16));
      case "s" -> content.asText();
      case "x" -> HEX.parseHex(content.asText());
      case "d" -> new BigDecimal(new BigInteger(content.get(0).asText()), content.get(1).asInt());
      case "date" -> new java.util.Date(content.asLong() * DAY_MS);
      case "time", "ts" -> new java.util.Date(content.asLong());
      case "a" -> list(content, schema);
      case "m" -> map(content, schema);
      case "st" -> struct(content);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  static List<Object> list(JsonNode content, Schema schema) {
    List<Object> items = new ArrayList<>();
    for (JsonNode item : content) items.add(value(item, null));
    return items;
  }

  static Map<Object, Object> map(JsonNode content, Schema schema) {
    Map<Object, Object> entries = new LinkedHashMap<>();
    for (JsonNode entry : content) entries.put(value(entry.get(0), null), value(entry.get(1), null));
    return entries;
  }

  static Struct struct(JsonNode content) {
    Struct struct = new Struct(schema(content.get("schema")));
    for (JsonNode field : content.get("f")) {
      Object value = value(field.get(1), null);
      if (value != null) struct.put(field.get(0).asText(), value);
    }
    return struct;
  }

  // Data to descriptions.

  static JsonNode describeSchema(Schema schema) {
    if (schema == null) return null;
    ObjectNode node = MAPPER.createObjectNode();
    node.put("t", schema.type().name());
    if (schema.isOptional()) node.put("opt", true);
    if (schema.name() != null) node.put("name", schema.name());
    if (schema.version() != null) node.put("ver", schema.version());
    if (schema.doc() != null) node.put("doc", schema.doc());
    if (schema.parameters() != null && !schema.parameters().isEmpty()) {
      ObjectNode parameters = node.putObject("params");
      schema.parameters().forEach(parameters::put);
    }
    if (schema.defaultValue() != null) node.set("def", describe(schema.defaultValue(), schema));
    if (schema.type() == Schema.Type.ARRAY) node.set("v", describeSchema(schema.valueSchema()));
    if (schema.type() == Schema.Type.MAP) {
      node.set("k", describeSchema(schema.keySchema()));
      node.set("v", describeSchema(schema.valueSchema()));
    }
    if (schema.type() == Schema.Type.STRUCT) {
      ArrayNode fields = node.putArray("fields");
      for (Field field : schema.fields()) fields.addArray().add(field.name()).add(describeSchema(field.schema()));
    }
    return node;
  }

  static JsonNode describe(Object value, Schema schema) {
    if (value == null) return MAPPER.nullNode();
    ObjectNode node = MAPPER.createObjectNode();
    Schema element = schema != null && schema.type() == Schema.Type.ARRAY || schema != null && schema.type() == Schema.Type.MAP
        ? schema.valueSchema() : null;
    if (value instanceof Boolean flag) node.put("b", flag);
    else if (value instanceof Byte number) node.put("i8", number.toString());
    else if (value instanceof Short number) node.put("i16", number.toString());
    else if (value instanceof Integer number) node.put("i32", number.toString());
    else if (value instanceof Long number) node.put("i64", number.toString());
    else if (value instanceof Float number) node.put("f32", String.format("%08x", Float.floatToIntBits(number)));
    else if (value instanceof Double number) node.put("f64", String.format("%016x", Double.doubleToLongBits(number)));
    else if (value instanceof String text) node.put("s", text);
    else if (value instanceof byte[] bytes) node.put("x", HEX.formatHex(bytes));
    else if (value instanceof ByteBuffer buffer) node.put("x", HEX.formatHex(buffer.array()));
    else if (value instanceof BigDecimal decimal) {
      node.putArray("d").add(decimal.unscaledValue().toString()).add(decimal.scale());
    } else if (value instanceof java.util.Date date) {
      String name = schema == null || schema.name() == null ? "" : schema.name();
      if (name.endsWith(".Date")) node.put("date", String.valueOf(Math.floorDiv(date.getTime(), DAY_MS)));
      else node.put(name.endsWith(".Time") ? "time" : "ts", String.valueOf(date.getTime()));
    } else if (value instanceof List<?> list) {
      ArrayNode items = node.putArray("a");
      for (Object item : list) items.add(describe(item, element));
    } else if (value instanceof Map<?, ?> map) {
      ArrayNode entries = node.putArray("m");
      Schema key = schema != null && schema.type() == Schema.Type.MAP ? schema.keySchema() : null;
      map.forEach((k, v) -> entries.addArray().add(describe(k, key)).add(describe(v, element)));
    } else if (value instanceof Struct struct) {
      ArrayNode fields = node.putArray("st");
      for (Field field : struct.schema().fields()) {
        fields.addArray().add(field.name()).add(describe(struct.getWithoutDefault(field.name()), field.schema()));
      }
    } else node.put("other", value.getClass().getName());
    return node;
  }
}
