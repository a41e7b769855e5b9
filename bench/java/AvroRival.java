// Apache Avro's generic reader and writer with Confluent's mapping to Connect data: CPU per record of ten fields, the
// same as in src/formats/avro/avro_bench.cc. Prints one JSON line.

import io.apicurio.registry.utils.converter.avro.AvroData;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

public class AvroRival {
  static final String SCHEMA = """
      {"type":"record","name":"Order","namespace":"com.example","fields":[
      {"name":"id","type":"long"},{"name":"customer","type":"long"},{"name":"amount","type":"int"},
      {"name":"count","type":"int"},{"name":"product","type":"string"},{"name":"country","type":"string"},
      {"name":"price","type":"double"},{"name":"paid","type":"boolean"},
      {"name":"note","type":["null","string"],"default":null},
      {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]}""";
  static final int BATCH = 1000;
  static final int WARM_UP_ROUNDS = 2000;
  static final int ROUNDS = 1000;
  static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  final Schema avro = new Schema.Parser().parse(SCHEMA);
  final AvroData data = new AvroData(1000);
  final org.apache.kafka.connect.data.Schema connect = data.toConnectSchema(avro);
  final GenericDatumReader<Object> reader = new GenericDatumReader<>(avro);
  final Schema written = data.fromConnectSchema(connect);
  final GenericDatumWriter<Object> writer = new GenericDatumWriter<>(written);
  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  BinaryDecoder decoder;
  BinaryEncoder encoder;
  long sink;

  Struct order(long number) {
    return new Struct(connect)
        .put("id", 1_000_000_000L + number * 7919)
        .put("customer", 90_000_000_000L + number * 31)
        .put("amount", (int) (100_000 + number % 50_000))
        .put("count", (int) (number % 60))
        .put("product", "product-number-" + (1000 + number % 9000))
        .put("country", "country-number-" + (10 + number % 90))
        .put("price", number * 1.25)
        .put("paid", number % 2 == 0)
        .put("note", "a note number " + (100 + number % 900))
        .put("at", new java.util.Date(1_700_000_000_000L + number));
  }

  byte[] encode(Struct struct) throws Exception {
    out.reset();
    encoder = EncoderFactory.get().binaryEncoder(out, encoder);
    writer.write(data.fromConnectData(connect, struct), encoder);
    encoder.flush();
    return out.toByteArray();
  }

  SchemaAndValue decode(byte[] bytes) throws Exception {
    decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
    return data.toConnectData(avro, reader.read(null, decoder), 1);
  }

  interface Round {
    void run() throws Exception;
  }

  static double nanos(Round round) throws Exception {
    for (int i = 0; i < WARM_UP_ROUNDS; ++i) round.run();
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < ROUNDS; ++i) round.run();
    return (THREADS.getCurrentThreadCpuTime() - start) / (double) (ROUNDS * BATCH);
  }

  void run() throws Exception {
    List<Struct> orders = new ArrayList<>();
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < BATCH; ++i) {
      orders.add(order(i));
      payloads.add(encode(orders.get(i)));
    }
    double decoding = nanos(() -> {
      for (byte[] payload : payloads) sink += ((Struct) decode(payload).value()).getInt64("id");
    });
    double encoding = nanos(() -> {
      for (Struct order : orders) sink += encode(order).length;
    });
    System.out.printf("{\"decode_ns\": %.1f, \"encode_ns\": %.1f, \"bytes\": %d}%n", decoding, encoding,
        payloads.get(0).length);
  }

  public static void main(String[] args) throws Exception {
    new AvroRival().run();
  }
}
