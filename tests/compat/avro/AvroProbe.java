// Runs Avro cases, one JSON object per line on stdin, through Apache Avro and through the AvroData that stems from
// Confluent's, and prints one JSON object per case. avro_probe.cc does the same with ours; test_avro.py makes the cases
// and compares.

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.apicurio.registry.utils.converter.avro.AvroDataConfig;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;

public class AvroProbe {
  static final ObjectMapper MAPPER = Described.MAPPER;

  public static void main(String[] args) throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
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
        case "write" -> write(test, result);
        case "read" -> read(test, result);
        case "canonical" -> canonical(test, result);
        default -> throw new IllegalArgumentException("op");
      }
    } catch (Throwable e) {
      result.removeAll();
      result.put("error", e.getClass().getName());
      result.put("message", String.valueOf(e.getMessage()));
    }
    return result;
  }

  // Confluent's options that the derived class has, but not as options.
  static final Map<String, String> FIELDS = Map.of(
      "scrub.invalid.names", "scrubInvalidNames",
      "discard.type.doc.default", "discardTypeDocDefault",
      "allow.optional.map.keys", "allowOptionalMapKey",
      "generalized.sum.type.support", "generalizedSumTypeSupport",
      "ignore.default.for.nullables", "ignoreDefaultForNullables");

  static AvroData avroData(JsonNode test) throws Exception {
    Map<String, Object> options = new HashMap<>();
    test.get("options").fields().forEachRemaining(entry -> options.put(entry.getKey(), entry.getValue().asText()));
    AvroData data = new AvroData(new AvroDataConfig(options));
    for (Map.Entry<String, String> entry : FIELDS.entrySet()) {
      if (!options.containsKey(entry.getKey())) continue;
      java.lang.reflect.Field field = AvroData.class.getDeclaredField(entry.getValue());
      field.setAccessible(true);
      field.setBoolean(data, true);
    }
    return data;
  }

  static Schema parse(JsonNode text) {
    return new Schema.Parser().parse(text.asText());
  }

  static void write(JsonNode test, ObjectNode result) throws Exception {
    org.apache.kafka.connect.data.Schema schema = Described.schema(test.get("schema"));
    Object value = Described.value(test.get("value"), schema);
    AvroData data = avroData(test);
    Schema avro = data.fromConnectSchema(schema);
    result.set("avro", MAPPER.readTree(avro.toString()));
    Object datum = data.fromConnectData(schema, value);
    if (datum instanceof io.apicurio.registry.serde.avro.NonRecordContainer container) datum = container.getValue();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<Object>(avro).write(datum, encoder);
    encoder.flush();
    result.put("bytes", Described.HEX.formatHex(bytes.toByteArray()));
  }

  static void read(JsonNode test, ObjectNode result) throws Exception {
    Schema writer = parse(test.get("writer"));
    Schema reader = test.hasNonNull("reader") ? parse(test.get("reader")) : writer;
    byte[] bytes = Described.HEX.parseHex(test.get("bytes").asText());
    Object datum = new GenericDatumReader<Object>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    SchemaAndValue data = test.hasNonNull("version")
        ? avroData(test).toConnectData(reader, datum, test.get("version").asInt())
        : avroData(test).toConnectData(reader, datum);
    if (data == null) data = SchemaAndValue.NULL;
    result.set("schema", Described.describeSchema(data.schema()));
    result.set("value", Described.describe(data.value(), data.schema()));
  }

  static void canonical(JsonNode test, ObjectNode result) {
    Schema schema = parse(test.get("writer"));
    result.put("form", SchemaNormalization.toParsingForm(schema));
    result.put("fingerprint", String.format("%016x", SchemaNormalization.parsingFingerprint64(schema)));
  }
}
