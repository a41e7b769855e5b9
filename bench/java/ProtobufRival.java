// protobuf-java's dynamic messages with the mapping to Connect data that Confluent's ProtobufData has: CPU per record
// of ten fields, the same as in src/formats/protobuf/protobuf_bench.cc. Prints one JSON line.

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

public class ProtobufRival {
  static final int BATCH = 1000;
  static final int WARM_UP_ROUNDS = 2000;
  static final int ROUNDS = 1000;
  static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  static final Object[][] FIELDS = {
      {"id", FieldDescriptorProto.Type.TYPE_INT64, Schema.OPTIONAL_INT64_SCHEMA},
      {"customer", FieldDescriptorProto.Type.TYPE_INT64, Schema.OPTIONAL_INT64_SCHEMA},
      {"amount", FieldDescriptorProto.Type.TYPE_INT32, Schema.OPTIONAL_INT32_SCHEMA},
      {"count", FieldDescriptorProto.Type.TYPE_INT32, Schema.OPTIONAL_INT32_SCHEMA},
      {"product", FieldDescriptorProto.Type.TYPE_STRING, Schema.OPTIONAL_STRING_SCHEMA},
      {"country", FieldDescriptorProto.Type.TYPE_STRING, Schema.OPTIONAL_STRING_SCHEMA},
      {"price", FieldDescriptorProto.Type.TYPE_DOUBLE, Schema.OPTIONAL_FLOAT64_SCHEMA},
      {"paid", FieldDescriptorProto.Type.TYPE_BOOL, Schema.OPTIONAL_BOOLEAN_SCHEMA},
      {"note", FieldDescriptorProto.Type.TYPE_STRING, Schema.OPTIONAL_STRING_SCHEMA},
      {"at", FieldDescriptorProto.Type.TYPE_INT64, Schema.OPTIONAL_INT64_SCHEMA},
  };

  final Descriptor message;
  final Schema connect;
  long sink;

  ProtobufRival() throws Exception {
    DescriptorProto.Builder order = DescriptorProto.newBuilder().setName("Order");
    SchemaBuilder schema = SchemaBuilder.struct().name("Order");
    for (int i = 0; i < FIELDS.length; ++i) {
      String name = (String) FIELDS[i][0];
      FieldDescriptorProto.Builder field = order.addFieldBuilder()
          .setName(name)
          .setNumber(i + 1)
          .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
          .setType((FieldDescriptorProto.Type) FIELDS[i][1]);
      if (name.equals("note")) field.setProto3Optional(true).setOneofIndex(0);
      schema.field(name, (Schema) FIELDS[i][2]);
    }
    order.addOneofDecl(OneofDescriptorProto.newBuilder().setName("_note"));
    FileDescriptorProto file = FileDescriptorProto.newBuilder()
        .setName("order.proto").setPackage("com.example").setSyntax("proto3").addMessageType(order).build();
    message = FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Order");
    connect = schema.build();
  }

  Struct order(long number) {
    return new Struct(connect)
        .put("id", 1_000_000_000L + number * 7919)
        .put("customer", 90_000_000_000L + number * 31)
        .put("amount", (int) (100_000 + number % 50_000))
        .put("count", (int) (number % 60))
        .put("product", "product-" + (1000 + number % 9000))
        .put("country", "country-" + (10 + number % 90))
        .put("price", number * 1.25)
        .put("paid", number % 2 == 0)
        .put("note", "a note " + (100 + number % 900))
        .put("at", 1_700_000_000_000L + number);
  }

  byte[] encode(Struct struct) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(message);
    for (Field field : connect.fields()) {
      Object value = struct.get(field);
      if (value != null) builder.setField(message.findFieldByName(field.name()), value);
    }
    return builder.build().toByteArray();
  }

  Struct decode(byte[] bytes) throws Exception {
    DynamicMessage read = DynamicMessage.parseFrom(message, bytes);
    Struct struct = new Struct(connect);
    for (FieldDescriptor field : message.getFields()) {
      if (!field.hasPresence() || read.hasField(field)) struct.put(field.getName(), read.getField(field));
    }
    return struct;
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
      for (byte[] payload : payloads) sink += decode(payload).getInt64("id");
    });
    double encoding = nanos(() -> {
      for (Struct order : orders) sink += encode(order).length;
    });
    System.out.printf("{\"decode_ns\": %.1f, \"encode_ns\": %.1f, \"bytes\": %d}%n", decoding, encoding,
        payloads.get(0).length);
  }

  public static void main(String[] args) throws Exception {
    new ProtobufRival().run();
  }
}
