#include "formats/avro/anything.h"

#include <fmt/format.h>

#include <vector>

#include "formats/avro/byte_reader.h"
#include "formats/avro/schema_parser.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/map_builder.h"

namespace sluice::avro {
namespace {

using sdk::Value;

constexpr std::string_view kAnything = R"({"type":"record","name":"Anything",
  "namespace":"io.confluent.connect.avro","fields":[
  {"name":"boolean","type":["null","boolean"],"default":null},
  {"name":"bytes","type":["null","bytes"],"default":null},
  {"name":"double","type":["null","double"],"default":null},
  {"name":"float","type":["null","float"],"default":null},
  {"name":"int","type":["null","int"],"default":null},
  {"name":"long","type":["null","long"],"default":null},
  {"name":"string","type":["null","string"],"default":null},
  {"name":"array","type":["null",{"type":"array","items":"Anything"}],"default":null},
  {"name":"map","type":["null",{"type":"array","items":{"type":"record","name":"MapEntry","fields":[
    {"name":"key","type":"Anything"},{"name":"value","type":"Anything"}]}}],"default":null}]})";

constexpr int kDepthMax = 500;
constexpr size_t kFields = 9;

class Run {
 public:
  Run(BytesView bytes, sdk::Arena& arena) : in_(bytes), arena_(arena) {}

  Result<Value> decode() {
    const Value value = any(0);
    if (in_.failed())
      return bad_record(fmt::format("Malformed Avro data at byte {}: {}", in_.position(), in_.error()));
    return value;
  }

 private:
  /// The field that is not null; of several the last.
  Value any(int depth) {
    if (depth > kDepthMax) in_.fail("values are nested too deep");
    Value value;
    for (size_t i = 0; i < kFields && !in_.failed(); ++i) {
      if (in_.integer() != 0) value = field(i, depth);
    }
    return value;
  }

  Value field(size_t index, int depth) {
    switch (index) {
      case 0:
        return Value::boolean(in_.boolean());
      case 1:
        return Value::bytes(in_.bytes(in_.size()));
      case 2:
        return Value::float64(in_.floating<double>());
      case 3:
        return Value::float32(in_.floating<float>());
      case 4:
        return Value::int32(static_cast<int32_t>(in_.integer()));
      case 5:
        return Value::int64(in_.integer());
      case 6:
        return Value::string(sdk::decode_utf8(arena_, in_.bytes(in_.size())));
      case 7:
        return array(depth);
      default:
        return map(depth);
    }
  }

  size_t next_block() {
    const int64_t count = in_.integer();
    if (count < 0) in_.size();
    return in_.failed() || count == INT64_MIN ? 0 : static_cast<size_t>(count < 0 ? -count : count);
  }

  Value array(int depth) {
    std::vector<Value> items;
    for (size_t count = next_block(); count > 0; count = next_block()) {
      for (size_t i = 0; i < count && !in_.failed(); ++i) items.push_back(any(depth + 1));
    }
    auto* kept = arena_.array<Value>(items.size());
    std::copy(items.begin(), items.end(), kept);
    return Value::array({kept, items.size()});
  }

  Value map(int depth) {
    sdk::MapBuilder entries;
    for (size_t count = next_block(); count > 0; count = next_block()) {
      for (size_t i = 0; i < count && !in_.failed(); ++i) {
        const Value key = any(depth + 1);
        entries.put({key, any(depth + 1)});
      }
    }
    return entries.build(arena_);
  }

  ByteReader in_;
  sdk::Arena& arena_;
};

}  // namespace

const SchemaPtr& anything() {
  static const SchemaPtr schema = parse_schema(kAnything).value();
  return schema;
}

Result<Value> decode_anything(BytesView bytes, sdk::Arena& arena) { return Run(bytes, arena).decode(); }

}  // namespace sluice::avro
