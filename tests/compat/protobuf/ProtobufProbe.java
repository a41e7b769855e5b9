// Runs Protobuf cases, one JSON object per line on stdin, through protobuf-java's dynamic messages and the mapping of
// Confluent's ProtobufData (which no package registry has: its rules stand here once more), and prints one JSON object
// per case. protobuf_probe.cc does the same with ours; test_protobuf.py makes the cases and compares.

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Calendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

public class ProtobufProbe {
  static final ObjectMapper MAPPER = Described.MAPPER;
  static final TimeZone UTC = TimeZone.getTimeZone("UTC");
  static final String PREFIX = "io.confluent.connect.protobuf.";

  public static void main(String[] args) throws Exception {
    TimeZone.setDefault(UTC);
    MAPPER.getFactory().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(MAPPER.writeValueAsString(run(MAPPER.readTree(line))));
    }
    out.flush();
  }

  static FileDescriptor known(String name, String pack, String message, String... fields) throws Exception {
    DescriptorProto.Builder made = DescriptorProto.newBuilder().setName(message);
    for (int i = 0; i < fields.length; ++i) {
      String[] parts = fields[i].split(" ");
      made.addField(FieldDescriptorProto.newBuilder().setName(parts[1]).setNumber(i + 1)
          .setType(FieldDescriptorProto.Type.valueOf("TYPE_" + parts[0].toUpperCase()))
          .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL));
    }
    return FileDescriptor.buildFrom(
        FileDescriptorProto.newBuilder().setName(name).setPackage(pack).setSyntax("proto3").addMessageType(made).build(),
        new FileDescriptor[0]);
  }

  static FileDescriptor[] imports() throws Exception {
    return new FileDescriptor[] {
        TimestampProto.getDescriptor(), WrappersProto.getDescriptor(),
        known("google/type/date.proto", "google.type", "Date", "int32 year", "int32 month", "int32 day"),
        known("google/type/timeofday.proto", "google.type", "TimeOfDay", "int32 hours", "int32 minutes",
            "int32 seconds", "int32 nanos"),
        known("confluent/type/decimal.proto", "confluent.type", "Decimal", "bytes value", "uint32 precision",
            "int32 scale")};
  }

  static ObjectNode run(JsonNode test) {
    ObjectNode result = MAPPER.createObjectNode();
    try {
      FileDescriptorProto proto = FileDescriptorProto.parseFrom(Base64.getDecoder().decode(test.get("file").asText()));
      Descriptor message = FileDescriptor.buildFrom(proto, imports()).getMessageTypes().get(0);
      ProtobufProbe probe = new ProtobufProbe(test.get("options"));
      Schema schema = probe.schema(message);
      DynamicMessage read = DynamicMessage.parseFrom(message, Described.HEX.parseHex(test.get("bytes").asText()));
      Object value = probe.toConnect(schema, read);
      result.set("schema", Described.describeSchema(schema));
      result.set("value", Described.describe(value, schema));
      if (test.path("again").asBoolean()) {
        byte[] bytes = ((Message) probe.message(schema, value, message)).toByteArray();
        result.put("bytes", Described.HEX.formatHex(bytes));
      }
    } catch (Throwable e) {
      result.removeAll();
      result.put("error", e.getClass().getName());
      result.put("message", String.valueOf(e.getMessage()));
    }
    return result;
  }

  final JsonNode options;

  ProtobufProbe(JsonNode options) {
    this.options = options;
  }

  boolean is(String option) {
    return options.path(option).asBoolean();
  }

  // Schemas.

  Schema schema(Descriptor message) {
    return struct(message).build();
  }

  SchemaBuilder struct(Descriptor message) {
    SchemaBuilder builder = SchemaBuilder.struct()
        .name(is("enhanced.protobuf.schema.support") ? message.getFullName() : message.getName());
    for (OneofDescriptor oneof : message.getRealOneofs()) {
      SchemaBuilder union = SchemaBuilder.struct().optional().name(PREFIX + "Union."
          + (is("enhanced.protobuf.schema.support") ? oneof.getFullName() : oneof.getName()));
      for (FieldDescriptor field : oneof.getFields()) {
        (is("flatten.unions") ? builder : union).field(field.getName(), field(field, true));
      }
      if (!is("flatten.unions")) builder.field(oneof.getName() + "_" + oneof.getIndex(), union.build());
    }
    for (FieldDescriptor field : message.getFields()) {
      if (field.getRealContainingOneof() == null) builder.field(field.getName(), field(field, false));
    }
    return builder;
  }

  static boolean isMap(FieldDescriptor field) {
    return field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getName().endsWith("Entry");
  }

  static boolean isWrapper(Descriptor message) {
    return message.getFile().getName().equals("google/protobuf/wrappers.proto");
  }

  Schema field(FieldDescriptor field, boolean member) {
    SchemaBuilder builder = begin(field);
    boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    boolean optional = message || field.getJavaType() == FieldDescriptor.JavaType.ENUM;
    if (field.isRepeated() && !isMap(field)) {
      builder = SchemaBuilder.array(builder.optional().build());
      optional = true;
    }
    if (member) {
      optional = true;
      if (is("wrapper.for.nullables") && message && isWrapper(field.getMessageType())) {
        builder.parameter(PREFIX + "Wrapper", "true");
      }
    } else if (is("optional.for.nullables")) {
      optional |= field.toProto().getProto3Optional();
    } else {
      optional |= !is("wrapper.for.nullables");
    }
    if (optional) builder.optional();
    return builder.parameter(PREFIX + "Tag", String.valueOf(field.getNumber())).build();
  }

  SchemaBuilder begin(FieldDescriptor field) {
    String type = field.getType().toString().toLowerCase();
    switch (field.getType()) {
      case INT32: return SchemaBuilder.int32();
      case SINT32: case SFIXED32: return SchemaBuilder.int32().parameter(PREFIX + "Type", type);
      case INT64: return SchemaBuilder.int64();
      case UINT32: case FIXED32: case UINT64: case SINT64: case FIXED64: case SFIXED64:
        return SchemaBuilder.int64().parameter(PREFIX + "Type", type);
      case FLOAT: return SchemaBuilder.float32();
      case DOUBLE: return SchemaBuilder.float64();
      case BOOL: return SchemaBuilder.bool();
      case STRING: return SchemaBuilder.string();
      case BYTES: return SchemaBuilder.bytes();
      case ENUM: {
        SchemaBuilder builder = is("int.for.enums") ? SchemaBuilder.int32() : SchemaBuilder.string();
        builder.name(is("enhanced.protobuf.schema.support") ? field.getEnumType().getFullName()
            : field.getEnumType().getName());
        builder.parameter(PREFIX + "Enum", field.getEnumType().getName());
        for (EnumValueDescriptor value : field.getEnumType().getValues()) {
          builder.parameter(PREFIX + "Enum." + value.getName(), String.valueOf(value.getNumber()));
        }
        return builder;
      }
      default: break;
    }
    Descriptor message = field.getMessageType();
    switch (message.getFullName()) {
      case "confluent.type.Decimal": return Decimal.builder(0);
      case "google.type.Date": return Date.builder();
      case "google.type.TimeOfDay": return Time.builder();
      case "google.protobuf.Timestamp": return Timestamp.builder();
      default: break;
    }
    if (is("wrapper.for.nullables") && isWrapper(message)) return unwrapped(message);
    if (!isMap(field)) return struct(message);
    String name = is("enhanced.protobuf.schema.support") ? message.getFullName() : message.getName();
    int dot = name.lastIndexOf('.') + 1;
    String last = name.substring(dot, name.length() - "Entry".length()).replaceAll("(?<!^)([A-Z])", "_$1").toLowerCase();
    return SchemaBuilder.map(field(message.getFields().get(0), false), field(message.getFields().get(1), false))
        .name(name.substring(0, dot) + last);
  }

  static SchemaBuilder unwrapped(Descriptor message) {
    switch (message.getName()) {
      case "DoubleValue": return SchemaBuilder.float64();
      case "FloatValue": return SchemaBuilder.float32();
      case "Int32Value": return SchemaBuilder.int32();
      case "BoolValue": return SchemaBuilder.bool();
      case "StringValue": return SchemaBuilder.string();
      case "BytesValue": return SchemaBuilder.bytes();
      default: return SchemaBuilder.int64();
    }
  }

  // Data.

  static int number(Message message, String name) {
    return ((Number) part(message, name)).intValue();
  }

  static Object part(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  Object toConnect(Schema schema, Object value) {
    if (Decimal.LOGICAL_NAME.equals(schema.name())) {
      BigInteger unscaled = new BigInteger(((ByteString) part((Message) value, "value")).toByteArray());
      return new BigDecimal(unscaled, number((Message) value, "scale"),
          new MathContext(number((Message) value, "precision")));
    }
    if (Date.LOGICAL_NAME.equals(schema.name())) {
      Calendar calendar = Calendar.getInstance(UTC);
      calendar.clear();
      calendar.setLenient(false);
      calendar.set(number((Message) value, "year"), number((Message) value, "month") - 1, number((Message) value, "day"),
          0, 0, 0);
      return calendar.getTime();
    }
    if (Time.LOGICAL_NAME.equals(schema.name())) {
      Message time = (Message) value;
      return new java.util.Date(LocalTime.of(number(time, "hours"), number(time, "minutes"), number(time, "seconds"),
          number(time, "nanos")).toNanoOfDay() / 1_000_000);
    }
    if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
      long seconds = (Long) part((Message) value, "seconds");
      int nanos = number((Message) value, "nanos");
      if (seconds < -62135596800L || seconds > 253402300799L || nanos < 0 || nanos > 999_999_999) {
        throw new IllegalArgumentException("Timestamp is not valid.");
      }
      return new java.util.Date(seconds * 1000 + nanos / 1_000_000);
    }
    if (value instanceof Message message && schema.type().isPrimitive()) return toConnect(schema, part(message, "value"));
    switch (schema.type()) {
      case INT32: return value instanceof EnumValueDescriptor symbol ? symbol.getNumber() : ((Number) value).intValue();
      case INT64: return value instanceof Long ? value : Integer.toUnsignedLong((Integer) value);
      case STRING: return value.toString();
      case BYTES: return ByteBuffer.wrap(((ByteString) value).toByteArray());
      case ARRAY: {
        List<Object> items = new ArrayList<>();
        for (Object item : (List<?>) value) items.add(toConnect(schema.valueSchema(), item));
        return items;
      }
      case MAP: {
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (Object entry : (List<?>) value) {
          entries.put(toConnect(schema.keySchema(), part((Message) entry, "key")),
              toConnect(schema.valueSchema(), part((Message) entry, "value")));
        }
        return entries;
      }
      case STRUCT: return toStruct(schema, (Message) value);
      default: return value;
    }
  }

  Struct toStruct(Schema schema, Message message) {
    Struct struct = new Struct(schema);
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof != null && !is("flatten.unions")) {
        if (!message.hasField(field)) continue;
        String name = oneof.getName() + "_" + oneof.getIndex();
        Struct union = new Struct(schema.field(name).schema());
        union.put(field.getName(), toConnect(union.schema().field(field.getName()).schema(), message.getField(field)));
        struct.put(name, union);
        continue;
      }
      boolean nullable = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()
          || field.toProto().getProto3Optional() || oneof != null;
      if (nullable && !message.hasField(field)) continue;
      struct.put(field.getName(), toConnect(schema.field(field.getName()).schema(), message.getField(field)));
    }
    return struct;
  }

  // And back.

  Object toProtobuf(Schema schema, Object value, FieldDescriptor field) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) return message(schema, value, field.getMessageType());
    switch (field.getJavaType()) {
      case ENUM:
        return value instanceof Integer number ? field.getEnumType().findValueByNumberCreatingIfUnknown(number)
            : field.getEnumType().findValueByName((String) value);
      case INT: return ((Number) value).intValue();
      case BYTE_STRING: return ByteString.copyFrom(((ByteBuffer) value).duplicate());
      default: return value;
    }
  }

  Object message(Schema schema, Object value, Descriptor descriptor) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(descriptor);
    if (value instanceof BigDecimal decimal) {
      set(builder, "value", ByteString.copyFrom(decimal.unscaledValue().toByteArray()));
      set(builder, "precision", decimal.precision());
      set(builder, "scale", decimal.scale());
    } else if (value instanceof java.util.Date date) {
      setDate(builder, descriptor, date);
    } else if (value instanceof Struct struct) {
      for (Field field : struct.schema().fields()) {
        Object part = struct.get(field);
        if (part == null) continue;
        if (field.schema().name() != null && field.schema().name().startsWith(PREFIX + "Union")) {
          for (Field member : field.schema().fields()) {
            Object chosen = ((Struct) part).get(member);
            if (chosen != null) put(builder, descriptor.findFieldByName(member.name()), member.schema(), chosen);
          }
        } else {
          put(builder, descriptor.findFieldByName(field.name()), field.schema(), part);
        }
      }
    } else {
      put(builder, descriptor.findFieldByName("value"), schema, value);
    }
    return builder.build();
  }

  static void setDate(DynamicMessage.Builder builder, Descriptor descriptor, java.util.Date date) {
    Calendar calendar = Calendar.getInstance(UTC);
    calendar.setTime(date);
    switch (descriptor.getName()) {
      case "Date":
        set(builder, "year", calendar.get(Calendar.YEAR));
        set(builder, "month", calendar.get(Calendar.MONTH) + 1);
        set(builder, "day", calendar.get(Calendar.DAY_OF_MONTH));
        break;
      case "TimeOfDay":
        set(builder, "hours", calendar.get(Calendar.HOUR_OF_DAY));
        set(builder, "minutes", calendar.get(Calendar.MINUTE));
        set(builder, "seconds", calendar.get(Calendar.SECOND));
        set(builder, "nanos", calendar.get(Calendar.MILLISECOND) * 1_000_000);
        break;
      default:
        set(builder, "seconds", Math.floorDiv(date.getTime(), 1000L));
        set(builder, "nanos", (int) Math.floorMod(date.getTime(), 1000L) * 1_000_000);
    }
  }

  static void set(DynamicMessage.Builder builder, String name, Object value) {
    builder.setField(builder.getDescriptorForType().findFieldByName(name), value);
  }

  void put(DynamicMessage.Builder builder, FieldDescriptor field, Schema schema, Object value) {
    if (value instanceof Map<?, ?> map) {
      List<Object> entries = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        DynamicMessage.Builder made = DynamicMessage.newBuilder(field.getMessageType());
        put(made, field.getMessageType().findFieldByName("key"), schema.keySchema(), entry.getKey());
        if (entry.getValue() != null) {
          put(made, field.getMessageType().findFieldByName("value"), schema.valueSchema(), entry.getValue());
        }
        entries.add(made.build());
      }
      builder.setField(field, entries);
    } else if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      for (Object item : list) items.add(toProtobuf(schema.valueSchema(), item, field));
      builder.setField(field, items);
    } else {
      builder.setField(field, toProtobuf(schema, value, field));
    }
  }
}
