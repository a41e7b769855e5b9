// Random schemas, messages and options: decoder and encoder beside libprotobuf's dynamic messages, from which
// the values are made here as Confluent's ProtobufData makes them. Seeds are fixed.

#include <fmt/format.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>

#include "formats/protobuf/decoder.h"
#include "formats/protobuf/encoder.h"
#include "formats/protobuf/fields.h"
#include "formats/protobuf/from_connect.h"
#include "formats/protobuf/logical_values.h"
#include "formats/protobuf/proto_text.h"
#include "formats/protobuf/to_connect.h"
#include "formats/protobuf/wire_reader.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::protobuf {
namespace {

using Field = pb::FieldDescriptor;
using sdk::Value;

constexpr int kSchemas = 1000;
constexpr int kMessages = 20;

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int below(int limit) { return static_cast<int>(engine_() % static_cast<uint64_t>(limit)); }
  bool chance(int percent) { return below(100) < percent; }
  uint64_t bits() {
    const uint64_t all = engine_();
    return chance(50) ? all >> (engine_() % 64) : all % 300;
  }
  std::string text() {
    static const char* const kTexts[] = {
        "", "a", "hello, world", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
        "a text of more than sixty-four letters, so that the slow way has its turn"};
    return kTexts[below(5)];
  }

 private:
  std::mt19937_64 engine_;
};

/// A .proto text: the first message has all kinds of fields, some of them messages.
class SchemaMaker {
 public:
  SchemaMaker(Random& random, bool is_proto3) : random_(random), is_proto3_(is_proto3) {}

  std::string text() {
    std::string out = is_proto3_ ? "syntax = \"proto3\";\n" : "syntax = \"proto2\";\n";
    out += "package test.random;\n";
    for (const char* import :
         {"confluent/meta.proto", "confluent/type/decimal.proto", "google/type/date.proto",
          "google/type/timeofday.proto", "google/protobuf/timestamp.proto", "google/protobuf/wrappers.proto"})
      out += std::string("import \"") + import + "\";\n";
    out += message("Root", 0);
    return out + "enum Colour { RED = 0; GREEN = 1; BLUE = 5; NEGATIVE = -3; }\n";
  }

 private:
  std::string message(const std::string& name, int depth) {
    std::string body;
    int number = 1;
    const int count = random_.below(9);
    for (int i = 0; i < count; ++i) {
      number += random_.chance(80) ? 1 : 1 + random_.below(3000);
      const std::string field = "f" + std::to_string(i);
      if (random_.chance(10)) {
        body += "oneof " + field + " {";
        for (int j = 0; j <= random_.below(4); ++j)
          body += fmt::format("{} {}_{} = {};", type(depth), field, j, ++number);
        body += "}\n";
      } else if (random_.chance(10)) {
        static const char* const kKeys[] = {"int32", "string", "bool", "uint64", "sint32", "fixed32"};
        body += std::string("map<") + kKeys[random_.below(6)] + ", ";
        body += fmt::format("{}> {} = {};\n", type(depth), field, number);
      } else {
        const std::string kind = type(depth);
        body += label();
        body += fmt::format("{} {} = {}{};\n", kind, field, number, options(kind));
      }
    }
    std::string out = "message " + name + " {\n" + body + types_[depth] + "}\n";
    types_[depth].clear();
    return out;
  }

  std::string label() {
    last_is_repeated_ = random_.chance(25);
    if (last_is_repeated_) return "repeated ";
    if (!is_proto3_) return random_.chance(15) ? "required " : "optional ";
    return random_.chance(20) ? "optional " : "";
  }

  std::string options(const std::string& kind) {
    const bool is_packable = kind != "string" && kind != "bytes" && (kind[0] < 'A' || kind[0] > 'Z') &&
                             kind.find('.') == std::string::npos;
    if (last_is_repeated_ && is_packable && random_.chance(30))
      return random_.chance(50) ? " [packed = true]" : " [packed = false]";
    if (kind == "int32" && random_.chance(30))
      return " [(confluent.field_meta) = { params: [{key: \"connect.type\", value: \"int16\"}] }]";
    if (kind == "int64" && !is_proto3_ && !last_is_repeated_ && random_.chance(30)) return " [default = -7]";
    return "";
  }

  /// Types that it needs go to the end of the message.
  std::string type(int depth) {
    static const char* const kScalars[] = {"int32",  "int64",    "uint32",  "uint64", "sint32",
                                           "sint64", "fixed32",  "fixed64", "float",  "sfixed32",
                                           "double", "sfixed64", "bool",    "string", "bytes"};
    static const char* const kOthers[] = {"Colour",
                                          "confluent.type.Decimal",
                                          "google.type.Date",
                                          "google.type.TimeOfDay",
                                          "google.protobuf.Timestamp",
                                          "google.protobuf.Int32Value",
                                          "google.protobuf.UInt32Value",
                                          "google.protobuf.StringValue",
                                          "google.protobuf.BytesValue",
                                          "google.protobuf.BoolValue",
                                          "google.protobuf.DoubleValue"};
    const int choice = random_.below(100);
    if (choice < 65) return kScalars[random_.below(15)];
    if (choice < 85 || depth >= 3) return kOthers[random_.below(11)];
    const std::string name = "M" + std::to_string(++names_);
    const std::string made = message(name, depth + 1);
    types_[depth] += made;
    return name;
  }

  Random& random_;
  const bool is_proto3_;
  bool last_is_repeated_ = false;
  int names_ = 0;
  std::map<int, std::string> types_;
};

class MessageMaker {
 public:
  explicit MessageMaker(Random& random) : random_(random) {}

  void fill(pb::Message& message) {
    if (fill_logical(message)) return;
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const Field& field = *message.GetDescriptor()->field(i);
      if (field.is_repeated()) {
        for (int j = random_.below(12) - 4; j > 0; --j) add(message, field, true);
      } else if (field.is_required() || message.GetDescriptor()->options().map_entry() ||
                 random_.chance(60)) {
        if (field.real_containing_oneof() != nullptr && random_.chance(40)) continue;
        add(message, field, false);
      }
    }
  }

 private:
  bool fill_logical(pb::Message& message) {
    const std::string& name = message.GetDescriptor()->full_name();
    const auto set = [&](const char* field_name, int64_t number) {
      const Field* field = message.GetDescriptor()->FindFieldByName(field_name);
      const pb::Reflection& reflection = *message.GetReflection();
      if (field->cpp_type() == Field::CPPTYPE_INT64) return reflection.SetInt64(&message, field, number);
      if (field->cpp_type() == Field::CPPTYPE_INT32)
        return reflection.SetInt32(&message, field, static_cast<int32_t>(number));
      reflection.SetUInt32(&message, field, static_cast<uint32_t>(number));
    };
    if (name == kTimestampMessage) {
      set("seconds", static_cast<int64_t>(random_.bits() % 250'000'000'000) - 62'000'000'000);
      set("nanos", random_.below(1000) * 1'000'000);
    } else if (name == kDateMessage) {
      set("year", 1 + random_.below(3000));
      set("month", 1 + random_.below(12));
      set("day", 1 + random_.below(28));
      // The days that never were.
      if (message.DebugString().find("year: 1582") != std::string::npos) set("year", 1600);
    } else if (name == kTimeMessage) {
      set("hours", random_.below(24));
      set("minutes", random_.below(60));
      set("seconds", random_.below(60));
      set("nanos", random_.below(1000) * 1'000'000);
    } else if (name == kDecimalMessage) {
      std::string unscaled;
      for (int i = random_.below(14); i >= 0; --i) unscaled += static_cast<char>(random_.below(256));
      unscaled = sdk::minimal_unscaled(unscaled);
      message.GetReflection()->SetString(&message, message.GetDescriptor()->field(0), unscaled);
      set("precision", precision_of(unscaled));
      set("scale", random_.below(40) - 20);
    } else {
      return false;
    }
    return true;
  }

  void add(pb::Message& message, const Field& field, bool repeated) {
    const pb::Reflection& to = *message.GetReflection();
    const uint64_t bits = random_.chance(15) ? 0 : random_.bits();
    const auto number = [&](auto set, auto append, auto value) {
      repeated ? (to.*append)(&message, &field, value) : (to.*set)(&message, &field, value);
    };
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32: {
        const auto wide = static_cast<int32_t>(bits);
        return number(&pb::Reflection::SetInt32, &pb::Reflection::AddInt32,
                      field_params(field.options()).empty() ? wide : static_cast<int16_t>(wide));
      }
      case Field::CPPTYPE_INT64:
        return number(&pb::Reflection::SetInt64, &pb::Reflection::AddInt64, static_cast<int64_t>(bits));
      case Field::CPPTYPE_UINT32:
        return number(&pb::Reflection::SetUInt32, &pb::Reflection::AddUInt32, static_cast<uint32_t>(bits));
      case Field::CPPTYPE_UINT64:
        return number(&pb::Reflection::SetUInt64, &pb::Reflection::AddUInt64, bits);
      case Field::CPPTYPE_FLOAT:
        return number(&pb::Reflection::SetFloat, &pb::Reflection::AddFloat,
                      static_cast<float>(static_cast<int64_t>(bits)) / 8);
      case Field::CPPTYPE_DOUBLE:
        return number(&pb::Reflection::SetDouble, &pb::Reflection::AddDouble, bits == 7 ? -0.0 : -0.1 * bits);
      case Field::CPPTYPE_BOOL:
        return number(&pb::Reflection::SetBool, &pb::Reflection::AddBool, bits % 2 == 0);
      case Field::CPPTYPE_ENUM: {
        const pb::EnumDescriptor& made = *field.enum_type();
        return number(&pb::Reflection::SetEnum, &pb::Reflection::AddEnum,
                      made.value(random_.below(made.value_count())));
      }
      case Field::CPPTYPE_STRING:
        return repeated ? to.AddString(&message, &field, random_.text())
                        : to.SetString(&message, &field, random_.text());
      case Field::CPPTYPE_MESSAGE:
        return fill(repeated ? *to.AddMessage(&message, &field) : *to.MutableMessage(&message, &field));
    }
  }

  Random& random_;
};

/// The value that Java would make of a message.
class Reference {
 public:
  Reference(const ConnectOptions& options, sdk::Arena& arena) : options_(options), arena_(arena) {}

  Value root(const pb::Message& message, const sdk::Schema& schema) {
    return schema.type() == sdk::Type::kStruct
               ? structure(message, schema)
               : scalar(message, *message.GetDescriptor()->field(0), -1, schema);
  }

 private:
  Value structure(const pb::Message& message, const sdk::Schema& schema) {
    const pb::Reflection& reflection = *message.GetReflection();
    sdk::StructNode* made = sdk::new_struct(arena_, schema);
    const auto slot = [&](const std::string& name) -> Value& {
      return made->mutable_values()[static_cast<size_t>(schema.field_index(name))];
    };
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const Field& field = *message.GetDescriptor()->field(i);
      const pb::OneofDescriptor* oneof = field.real_containing_oneof();
      if (oneof != nullptr) {
        if (!reflection.HasField(message, &field)) continue;
        if (options_.flatten_unions) {
          slot(field.name()) = value(message, field, *schema.fields()[index(schema, field.name())].schema);
          continue;
        }
        const std::string name = union_field_name(*oneof, options_);
        const sdk::Schema& union_schema = *schema.fields()[index(schema, name)].schema;
        sdk::StructNode* members = sdk::new_struct(arena_, union_schema);
        const size_t at = index(union_schema, field.name());
        members->mutable_values()[at] = value(message, field, *union_schema.fields()[at].schema);
        slot(name) = Value::structure(members);
      } else if (!is_null_if_absent(field, options_) || reflection.HasField(message, &field)) {
        slot(field.name()) = value(message, field, *schema.fields()[index(schema, field.name())].schema);
      }
    }
    return Value::structure(made);
  }

  static size_t index(const sdk::Schema& schema, const std::string& name) {
    return static_cast<size_t>(schema.field_index(name));
  }

  Value value(const pb::Message& message, const Field& field, const sdk::Schema& schema) {
    if (!field.is_repeated()) return scalar(message, field, -1, schema);
    const int count = message.GetReflection()->FieldSize(message, &field);
    if (schema.type() == sdk::Type::kMap) {
      sdk::MapBuilder entries;
      for (int i = 0; i < count; ++i) {
        const pb::Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
        const pb::Descriptor& parts = *field.message_type();
        entries.put({scalar(entry, *parts.field(0), -1, *schema.key_schema()),
                     scalar(entry, *parts.field(1), -1, *schema.value_schema())});
      }
      return entries.build(arena_);
    }
    auto* items = arena_.array<Value>(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) items[i] = scalar(message, field, i, *schema.value_schema());
    return Value::array({items, static_cast<size_t>(count)});
  }

  Value integer(int64_t number, const sdk::Schema& schema) {
    switch (schema.type()) {
      case sdk::Type::kInt8:
        return Value::int8(static_cast<int8_t>(number));
      case sdk::Type::kInt16:
        return Value::int16(static_cast<int16_t>(number));
      case sdk::Type::kInt32:
        return Value::int32(static_cast<int32_t>(number));
      default:
        return Value::int64(number);
    }
  }

  /// `at`: within a repeated field, or -1.
  Value scalar(const pb::Message& message, const Field& field, int at, const sdk::Schema& schema) {
    const pb::Reflection& from = *message.GetReflection();
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32:
        return integer(at < 0 ? from.GetInt32(message, &field) : from.GetRepeatedInt32(message, &field, at),
                       schema);
      case Field::CPPTYPE_INT64:
        return integer(at < 0 ? from.GetInt64(message, &field) : from.GetRepeatedInt64(message, &field, at),
                       schema);
      case Field::CPPTYPE_UINT32:
        return integer(at < 0 ? from.GetUInt32(message, &field) : from.GetRepeatedUInt32(message, &field, at),
                       schema);
      case Field::CPPTYPE_UINT64:
        return integer(static_cast<int64_t>(at < 0 ? from.GetUInt64(message, &field)
                                                   : from.GetRepeatedUInt64(message, &field, at)),
                       schema);
      case Field::CPPTYPE_FLOAT:
        return Value::float32(at < 0 ? from.GetFloat(message, &field)
                                     : from.GetRepeatedFloat(message, &field, at));
      case Field::CPPTYPE_DOUBLE:
        return Value::float64(at < 0 ? from.GetDouble(message, &field)
                                     : from.GetRepeatedDouble(message, &field, at));
      case Field::CPPTYPE_BOOL:
        return Value::boolean(at < 0 ? from.GetBool(message, &field)
                                     : from.GetRepeatedBool(message, &field, at));
      case Field::CPPTYPE_ENUM: {
        const auto* symbol =
            at < 0 ? from.GetEnum(message, &field) : from.GetRepeatedEnum(message, &field, at);
        if (options_.int_for_enums) return Value::int32(symbol->number());
        std::string name = symbol->name();
        const std::string unknown = "UNKNOWN_ENUM_VALUE_";
        if (name.starts_with(unknown)) name = unknown + "Colour_" + std::to_string(symbol->number());
        return Value::string(arena_.copy(name));
      }
      case Field::CPPTYPE_STRING: {
        const std::string text =
            at < 0 ? from.GetString(message, &field) : from.GetRepeatedString(message, &field, at);
        const auto copied = arena_.copy(text);
        return field.type() == Field::TYPE_BYTES ? Value::bytes(copied)
                                                 : Value::string(sdk::decode_utf8(arena_, copied));
      }
      default:
        break;
    }
    const pb::Message& inner =
        at < 0 ? from.GetMessage(message, &field) : from.GetRepeatedMessage(message, &field, at);
    return schema.logical() == sdk::Logical::kNone ? root(inner, schema) : logical(inner, schema);
  }

  Value logical(const pb::Message& message, const sdk::Schema& schema) {
    const pb::Reflection& from = *message.GetReflection();
    const auto part = [&](int index) -> int64_t {
      const Field* field = message.GetDescriptor()->field(index);
      return field->cpp_type() == Field::CPPTYPE_INT64 ? from.GetInt64(message, field)
                                                       : from.GetInt32(message, field);
    };
    const auto number = [&](int index) { return static_cast<int32_t>(part(index)); };
    switch (schema.logical()) {
      case sdk::Logical::kTimestamp:
        return Value::timestamp(part(0) * 1000 + part(1) / 1'000'000);
      case sdk::Logical::kTime:
        return Value::time(((number(0) * 60 + number(1)) * 60 + number(2)) * 1000 + number(3) / 1'000'000);
      case sdk::Logical::kDate: {
        const auto days = days_of(DateParts{number(0), number(1), number(2)});
        return days ? Value::date(*days) : Value::null();
      }
      default:
        break;
    }
    std::string unscaled = from.GetString(message, message.GetDescriptor()->field(0));
    if (unscaled.empty()) unscaled = std::string(1, '\0');
    return Value::decimal(arena_.copy(unscaled), number(2));
  }

  const ConnectOptions& options_;
  sdk::Arena& arena_;
};

ConnectOptions random_options(Random& random) {
  ConnectOptions options;
  options.enhanced_schemas = random.chance(20);
  options.int_for_enums = random.chance(20);
  options.optional_for_nullables = random.chance(20);
  options.optional_for_proto2 = random.chance(80);
  options.wrapper_for_nullables = random.chance(30);
  options.generate_struct_for_nulls = random.chance(20);
  options.flatten_unions = random.chance(20);
  options.generalized_sum_types = random.chance(20);
  return options;
}

std::string shown(const Value& value) {
  std::string text;
  sdk::append_java_text(text, value);
  return text;
}

/// A schema with all that is made of it.
struct Case {
  explicit Case(uint64_t seed) : random(seed) {
    text = SchemaMaker(random, seed % 3 != 0).text();
    options = random_options(random);
    auto parsed = parse_schema(text);
    if (!parsed.ok()) {
      ADD_FAILURE() << parsed.error().message() << "\n" << text;
      return;
    }
    file = *parsed;
    connect = to_connect(*file->first_message(), options).value();
    plan = plan_decoding(file, *file->first_message(), connect, options).value();
  }

  std::unique_ptr<pb::Message> new_message() {
    return std::unique_ptr<pb::Message>(factory.GetPrototype(file->first_message())->New());
  }
  std::unique_ptr<pb::Message> random_message() {
    auto message = new_message();
    MessageMaker(random).fill(*message);
    return message;
  }

  Random random;
  std::string text;
  ConnectOptions options;
  SchemaPtr file;
  sdk::SchemaPtr connect;
  std::shared_ptr<const DecodePlan> plan;
  pb::DynamicMessageFactory factory;
};

TEST(ProtobufDifferentialTest, DecodesAsDynamicMessages) {
  for (int seed = 0; seed < kSchemas; ++seed) {
    Case test(static_cast<uint64_t>(seed));
    ASSERT_TRUE(test.file) << seed;
    for (int i = 0; i < kMessages; ++i) {
      const auto message = test.random_message();
      std::string bytes = message->SerializeAsString();
      if (test.random.chance(30)) {  // once more: what comes last counts, messages merge
        bytes += test.random_message()->SerializeAsString();
        ASSERT_TRUE(message->ParseFromString(bytes));
      }
      if (test.random.chance(20))
        bytes += std::string("\xfa\xff\x7f\x03xyz\xfb\xff\x7f\x08\x01\xfc\xff\x7f", 15);
      sdk::Arena arena;
      Value value;
      const Status decoded = Decoder(test.plan).decode(bytes, arena, value);
      ASSERT_TRUE(decoded.ok()) << decoded.error().message() << "\n" << test.text << message->DebugString();
      const Value expected = Reference(test.options, arena).root(*message, *test.connect);
      ASSERT_TRUE(value == expected) << seed << "\n"
                                     << shown(value) << "\n"
                                     << shown(expected) << "\n"
                                     << test.text << message->DebugString();
    }
  }
}

TEST(ProtobufDifferentialTest, EncodesWhatItDecoded) {
  for (int seed = 0; seed < kSchemas; ++seed) {
    Case test(static_cast<uint64_t>(seed));
    ASSERT_TRUE(test.file) << seed;
    // Nulls that became defaults, or defaults of proto2, would not come back as they were.
    if (test.options.generate_struct_for_nulls || !test.options.optional_for_proto2) continue;
    const bool has_map = test.text.find("map<") != std::string::npos;
    const auto plan = plan_encoding(test.connect, test.file, *test.file->first_message(), test.options);
    ASSERT_TRUE(plan.ok()) << plan.error().message() << "\n" << test.text;
    for (int i = 0; i < kMessages; ++i) {
      const auto message = test.random_message();
      sdk::Arena arena;
      Value value;
      const std::string bytes = message->SerializeAsString();
      ASSERT_TRUE(Decoder(test.plan).decode(bytes, arena, value).ok());
      WireWriter out;
      const Status encoded = Encoder(*plan).encode(value, out);
      ASSERT_TRUE(encoded.ok()) << encoded.error().message() << "\n" << test.text << shown(value);
      if (has_map) {  // of entries with the same key one is left
        Value again;
        ASSERT_TRUE(Decoder(test.plan).decode(out.view(), arena, again).ok());
        ASSERT_TRUE(value == again) << seed << shown(value) << "\n" << shown(again);
        continue;
      }
      const auto again = test.new_message();
      ASSERT_TRUE(again->ParseFromString(std::string(out.view())));
      pb::util::MessageDifferencer differencer;
      std::string difference;
      differencer.ReportDifferencesToString(&difference);
      ASSERT_TRUE(differencer.Compare(*message, *again)) << seed << "\n" << difference << test.text;
      // Field by field in the order of their numbers, as every other writer does.
      EXPECT_EQ(out.view(), bytes) << seed << test.text;
    }
  }
}

/// The schema that is written for what was read says the same on the wire.
TEST(ProtobufDifferentialTest, OwnSchemasReadTheSame) {
  int compared = 0;
  for (int seed = 0; seed < kSchemas; ++seed) {
    Case test(static_cast<uint64_t>(seed));
    ASSERT_TRUE(test.file) << seed;
    const auto made = from_connect(*test.connect, test.options);
    ASSERT_TRUE(made.ok()) << made.error().message() << "\n" << test.text;
    const auto own = parse_schema(to_text(made->file));
    ASSERT_TRUE(own.ok()) << own.error().message() << "\n" << to_text(made->file);
    const auto* message = (*own)->message(made->message);
    ASSERT_NE(message, nullptr);
    const auto writing = plan_encoding(test.connect, *own, *message, test.options);
    ASSERT_TRUE(writing.ok()) << writing.error().message() << "\n" << to_text(made->file);
    const auto connect = to_connect(*message, test.options).value();
    const auto reading = plan_decoding(*own, *message, connect, test.options).value();
    for (int i = 0; i < kMessages; ++i) {
      sdk::Arena arena;
      Value value;
      const std::string bytes = test.random_message()->SerializeAsString();
      ASSERT_TRUE(Decoder(test.plan).decode(bytes, arena, value).ok());
      WireWriter out;
      const Status encoded = Encoder(*writing).encode(value, out);
      ASSERT_TRUE(encoded.ok()) << encoded.error().message() << "\n" << to_text(made->file) << shown(value);
      Value again;
      ASSERT_TRUE(Decoder(reading).decode(out.view(), arena, again).ok());
      ++compared;
    }
  }
  EXPECT_EQ(compared, kSchemas * kMessages);
}

/// Damaged bytes: never a crash; what libprotobuf takes is taken and means the same, what it refuses is
/// refused.
TEST(ProtobufDifferentialTest, DamagedBytesAreJudgedAlike) {
  int taken = 0;
  int refused = 0;
  for (int seed = 0; seed < kSchemas; ++seed) {
    Case test(static_cast<uint64_t>(seed));
    ASSERT_TRUE(test.file) << seed;
    const bool has_logical = test.text.find("google.type.") != std::string::npos ||
                             test.text.find("google.protobuf.Time") != std::string::npos ||
                             test.text.find("confluent.type.") != std::string::npos;
    for (int i = 0; i < kMessages; ++i) {
      std::string bytes = test.random_message()->SerializeAsString();
      if (bytes.empty()) continue;
      for (int damage = test.random.below(3); damage >= 0; --damage)
        bytes[static_cast<size_t>(test.random.below(static_cast<int>(bytes.size())))] =
            static_cast<char>(test.random.below(256));
      if (test.random.chance(30))
        bytes.resize(static_cast<size_t>(test.random.below(static_cast<int>(bytes.size()))));
      const auto message = test.new_message();
      const bool is_good = message->ParsePartialFromString(bytes) && message->IsInitialized();
      sdk::Arena arena;
      Value value;
      const bool is_taken = Decoder(test.plan).decode(bytes, arena, value).ok();
      if (has_logical) continue;  // dates that are none, and so on
      ASSERT_EQ(is_taken, is_good) << seed << "\n"
                                   << test.text << message->DebugString() << ::testing::PrintToString(bytes);
      ++(is_taken ? taken : refused);
      if (!is_taken) continue;
      const Value expected = Reference(test.options, arena).root(*message, *test.connect);
      ASSERT_TRUE(value == expected) << seed << "\n"
                                     << shown(value) << "\n"
                                     << shown(expected) << "\n"
                                     << test.text << message->DebugString();
    }
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace sluice::protobuf
