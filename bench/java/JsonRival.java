// Kafka Connect's JsonConverter: CPU per record of ten fields, the same as in src/converters/json_converter_bench.cc.
// Prints one JSON line.

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;

public class JsonRival {
  static final int BATCH = 1000;
  static final int WARM_UP_ROUNDS = 500;
  static final int ROUNDS = 300;
  static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  static long sink;

  static final Schema SCHEMA = SchemaBuilder.struct().name("order")
      .field("id", Schema.INT64_SCHEMA)
      .field("customer", Schema.STRING_SCHEMA)
      .field("quantity", Schema.INT32_SCHEMA)
      .field("price", Schema.FLOAT64_SCHEMA)
      .field("currency", Schema.STRING_SCHEMA)
      .field("created", Timestamp.SCHEMA)
      .field("paid", Schema.BOOLEAN_SCHEMA)
      .field("note", Schema.OPTIONAL_STRING_SCHEMA)
      .field("country", Schema.STRING_SCHEMA)
      .field("priority", Schema.INT16_SCHEMA)
      .build();

  static Struct order(int number) {
    return new Struct(SCHEMA)
        .put("id", number * 7919L)
        .put("customer", "customer-000123456")
        .put("quantity", number % 10)
        .put("price", number + 0.25)
        .put("currency", "EUR")
        .put("created", new java.util.Date(1_700_000_000_000L + number))
        .put("paid", number % 2 == 0)
        .put("country", "DE")
        .put("priority", (short) 3);
  }

  static double nanos(Runnable round) {
    for (int i = 0; i < WARM_UP_ROUNDS; ++i) round.run();
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < ROUNDS; ++i) round.run();
    return (THREADS.getCurrentThreadCpuTime() - start) / (double) (ROUNDS * BATCH);
  }

  public static void main(String[] args) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "true"), false);
    JsonConverter plain = new JsonConverter();
    plain.configure(Map.of("schemas.enable", "false"), false);
    List<Struct> orders = new ArrayList<>();
    List<byte[]> envelopes = new ArrayList<>();
    List<byte[]> plains = new ArrayList<>();
    for (int i = 0; i < BATCH; ++i) {
      orders.add(order(i));
      envelopes.add(converter.fromConnectData("t", SCHEMA, orders.get(i)));
      plains.add(plain.fromConnectData("t", SCHEMA, orders.get(i)));
    }
    double decoding = nanos(() -> {
      for (byte[] bytes : envelopes) sink += ((Struct) converter.toConnectData("t", bytes).value()).getInt64("id");
    });
    double encoding = nanos(() -> {
      for (Struct order : orders) sink += converter.fromConnectData("t", SCHEMA, order).length;
    });
    double plainDecoding = nanos(() -> {
      for (byte[] bytes : plains) sink += ((Map<?, ?>) plain.toConnectData("t", bytes).value()).size();
    });
    double plainEncoding = nanos(() -> {
      for (Struct order : orders) sink += plain.fromConnectData("t", SCHEMA, order).length;
    });
    System.out.printf(
        "{\"decode_ns\": %.1f, \"encode_ns\": %.1f, \"plain_decode_ns\": %.1f, \"plain_encode_ns\": %.1f}%n",
        decoding, encoding, plainDecoding, plainEncoding);
  }
}
