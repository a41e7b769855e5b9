// Five of Kafka Connect's transforms in a row: CPU per record of ten fields, the same as in
// src/transforms/transforms_bench.cc. Prints one JSON line.

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Cast;
import org.apache.kafka.connect.transforms.InsertField;
import org.apache.kafka.connect.transforms.MaskField;
import org.apache.kafka.connect.transforms.ReplaceField;
import org.apache.kafka.connect.transforms.TimestampConverter;
import org.apache.kafka.connect.transforms.Transformation;

public class TransformChain {
  static final int BATCH = 1000;
  static final int WARM_UP_ROUNDS = 1500;
  static final int ROUNDS = 1000;
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

  static SourceRecord order(int number) {
    Struct value = new Struct(SCHEMA)
        .put("id", number * 7919L)
        .put("customer", "customer-000123456")
        .put("quantity", number % 10)
        .put("price", number + 0.25)
        .put("currency", "EUR")
        .put("created", new java.util.Date(1_700_000_000_000L + number))
        .put("paid", number % 2 == 0)
        .put("country", "DE")
        .put("priority", (short) 3);
    return new SourceRecord(Map.of(), Map.of(), "orders", null, null, null, SCHEMA, value);
  }

  static Transformation<SourceRecord> configured(Transformation<SourceRecord> transform, Map<String, String> properties) {
    transform.configure(properties);
    return transform;
  }

  static double nanos(List<SourceRecord> orders, List<Transformation<SourceRecord>> chain) {
    for (int i = 0; i < WARM_UP_ROUNDS; ++i) round(orders, chain);
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < ROUNDS; ++i) round(orders, chain);
    return (THREADS.getCurrentThreadCpuTime() - start) / (double) (ROUNDS * BATCH);
  }

  static void round(List<SourceRecord> orders, List<Transformation<SourceRecord>> chain) {
    for (SourceRecord order : orders) {
      SourceRecord record = order;
      for (Transformation<SourceRecord> transform : chain) record = transform.apply(record);
      sink += ((Struct) record.value()).schema().fields().size();
    }
  }

  public static void main(String[] args) {
    List<SourceRecord> orders = new ArrayList<>();
    for (int i = 0; i < BATCH; ++i) orders.add(order(i));
    List<Transformation<SourceRecord>> chain = List.of(
        configured(new InsertField.Value<>(), Map.of("static.field", "origin", "static.value", "shop")),
        configured(new ReplaceField.Value<>(), Map.of("renames", "customer:client", "exclude", "note")),
        configured(new Cast.Value<>(), Map.of("spec", "quantity:int64,price:float32")),
        configured(new MaskField.Value<>(), Map.of("fields", "country")),
        configured(new TimestampConverter.Value<>(), Map.of("field", "created", "target.type", "unix")));
    System.out.printf("{\"chain_ns\": %.1f}%n", nanos(orders, chain));
  }
}
