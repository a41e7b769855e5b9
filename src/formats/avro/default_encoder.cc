#include "formats/avro/default_encoder.h"

#include <algorithm>
#include <string>

#include "formats/avro/connect_names.h"
#include "formats/avro/defaults.h"

namespace sluice::avro {
namespace {

bool encode_items(const Schema& schema, const Json& value, ByteWriter& out) {
  if (!value.empty()) out.integer(static_cast<int64_t>(value.size()));
  for (const auto& [key, item] : value.items()) {
    if (schema.type == Type::kMap) out.bytes(key);
    if (!encode_default(schema.element(), item, out)) return false;
  }
  out.integer(0);
  return true;
}

bool encode_record(const Schema& schema, const Json& value, ByteWriter& out) {
  return std::ranges::all_of(schema.fields, [&](const Field& field) {
    const auto found = value.find(field.name);
    return encode_default(*field.schema, found == value.end() ? *field.default_value : *found, out);
  });
}

bool encode_union(const Schema& schema, const Json& value, ByteWriter& out) {
  for (size_t i = 0; i < schema.branches.size(); ++i) {
    if (!is_valid_default(*schema.branches[i], value)) continue;
    out.integer(static_cast<int64_t>(i));
    return encode_default(*schema.branches[i], value, out);
  }
  return false;
}

bool encode_valid(const Schema& schema, const Json& value, ByteWriter& out) {
  switch (schema.type) {
    case Type::kNull:
      return true;
    case Type::kBoolean:
      out.byte(value.get<bool>() ? 1 : 0);
      return true;
    case Type::kInt:
    case Type::kLong:
      out.integer(value.get<int64_t>());
      return true;
    case Type::kFloat:
      out.floating(static_cast<float>(*floating_default(value)));
      return true;
    case Type::kDouble:
      out.floating(*floating_default(value));
      return true;
    case Type::kString:
      out.bytes(value.get_ref<const std::string&>());
      return true;
    case Type::kBytes:
      out.bytes(bytes_of_json_text(value.get_ref<const std::string&>()));
      return true;
    case Type::kFixed: {
      const std::string bytes = bytes_of_json_text(value.get_ref<const std::string&>());
      out.raw(bytes);
      return bytes.size() == static_cast<size_t>(schema.size);
    }
    case Type::kEnum:
      out.integer(schema.symbol_index(value.get_ref<const std::string&>()));
      return true;
    case Type::kArray:
    case Type::kMap:
      return encode_items(schema, value, out);
    case Type::kRecord:
      return encode_record(schema, value, out);
    case Type::kUnion:
      return encode_union(schema, value, out);
  }
  return false;
}

}  // namespace

bool encode_default(const Schema& schema, const Json& value, ByteWriter& out) {
  return is_valid_default(schema, value) && encode_valid(schema, value, out);
}

}  // namespace sluice::avro
