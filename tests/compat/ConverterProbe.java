// Runs converter cases, one JSON object per line on stdin, through the real Java converters and prints one JSON object
// per case. converter_probe.cc does the same with ours; test_converters.py makes the cases and compares.

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TimeZone;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

public class ConverterProbe {
  static final ObjectMapper MAPPER = Described.MAPPER;
  static final HexFormat HEX = Described.HEX;

  public static void main(String[] args) throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    MAPPER.getFactory().setStreamReadConstraints(
        StreamReadConstraints.builder().maxNestingDepth(100_000).maxStringLength(200_000_000).build());
    MAPPER.getFactory().setStreamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(100_000).build());
    MAPPER.getFactory().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(MAPPER.writeValueAsString(run(MAPPER.readTree(line))));
    }
    out.flush();
  }

  static ObjectNode run(JsonNode test) {
    ObjectNode result = MAPPER.createObjectNode();
    try {
      switch (test.get("op").asText()) {
        case "to_data" -> toData(test, result);
        case "from_data" -> fromData(test, result);
        case "convert" -> convert(test, result);
        default -> throw new IllegalArgumentException("op");
      }
    } catch (Throwable e) {
      result.removeAll();
      result.put("error", e.getClass().getName());
      result.put("message", e.getMessage());
      result.put("cause", e.getCause() == null ? null : e.getCause().getClass().getName());
    }
    return result;
  }

  static Map<String, String> properties(JsonNode test) {
    Map<String, String> properties = new HashMap<>();
    test.get("props").fields().forEachRemaining(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
    return properties;
  }

  static final Map<String, Converter> CONVERTERS = new HashMap<>();

  static Converter converter(JsonNode test) throws Exception {
    String id = test.get("converter").asText() + test.get("props");
    Converter known = CONVERTERS.get(id);
    if (known != null) return known;
    Converter made =
        (Converter) Class.forName(test.get("converter").asText()).getDeclaredConstructor().newInstance();
    made.configure(properties(test), false);
    CONVERTERS.put(id, made);
    return made;
  }

  static void toData(JsonNode test, ObjectNode result) throws Exception {
    byte[] bytes = test.get("bytes").isNull() ? null : HEX.parseHex(test.get("bytes").asText());
    SchemaAndValue data;
    if (test.get("converter").asText().endsWith("SimpleHeaderConverter")) {
      try (HeaderConverter converter = new SimpleHeaderConverter()) {
        data = converter.toConnectHeader("t", "h", bytes);
      }
    } else {
      data = converter(test).toConnectData("t", bytes);
    }
    if (data == null) data = SchemaAndValue.NULL;  // as Connect's own callers take it
    result.set("schema", Described.describeSchema(data.schema()));
    result.set("value", Described.describe(data.value(), data.schema()));
  }

  static void fromData(JsonNode test, ObjectNode result) throws Exception {
    Schema schema = Described.schema(test.get("schema"));
    Object value = Described.value(test.get("value"), schema);
    byte[] bytes;
    if (test.get("converter").asText().endsWith("SimpleHeaderConverter")) {
      try (HeaderConverter converter = new SimpleHeaderConverter()) {
        bytes = converter.fromConnectHeader("t", "h", schema, value);
      }
    } else {
      bytes = converter(test).fromConnectData("t", schema, value);
    }
    result.put("bytes", bytes == null ? null : HEX.formatHex(bytes));
  }

  static void convert(JsonNode test, ObjectNode result) {
    Schema schema = Described.schema(test.get("schema"));
    Object value = Described.value(test.get("value"), schema);
    Object converted = switch (test.get("target").asText()) {
      case "boolean" -> Values.convertToBoolean(schema, value);
      case "int8" -> Values.convertToByte(schema, value);
      case "int16" -> Values.convertToShort(schema, value);
      case "int32" -> Values.convertToInteger(schema, value);
      case "int64" -> Values.convertToLong(schema, value);
      case "float32" -> Values.convertToFloat(schema, value);
      case "float64" -> Values.convertToDouble(schema, value);
      case "string" -> Values.convertToString(schema, value);
      case "list" -> Values.convertToList(schema, value);
      case "map" -> Values.convertToMap(schema, value);
      case "date" -> Values.convertToDate(schema, value);
      case "time" -> Values.convertToTime(schema, value);
      case "timestamp" -> Values.convertToTimestamp(schema, value);
      case "decimal" -> Values.convertToDecimal(schema, value, test.get("scale").asInt());
      default -> throw new IllegalArgumentException("target");
    };
    Schema target = switch (test.get("target").asText()) {
      case "date" -> org.apache.kafka.connect.data.Date.SCHEMA;
      case "time" -> org.apache.kafka.connect.data.Time.SCHEMA;
      default -> null;
    };
    result.set("value", Described.describe(converted, target));
  }
}
