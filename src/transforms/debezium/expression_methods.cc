// Members and methods of what an expression can reach.

#include <algorithm>
#include <optional>

#include "sdk/data/values.h"
#include "transforms/debezium/expression_operand.h"
#include "transforms/debezium/struct_fields.h"

namespace sluice::transforms::debezium {
namespace {

using Operand = ExpressionOperand;
using Arguments = std::span<const ExpressionOperand>;

Operand boolean(bool value) { return Operand::of(sdk::Value::boolean(value)); }
Operand integer(size_t value) { return Operand::of(sdk::Value::int64(static_cast<int64_t>(value))); }

std::string kind_of(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::kValue:
      return operand.value.is_null() ? "null" : std::string(java_class_name(operand.value));
    case Operand::Kind::kSchema:
      return "a schema";
    case Operand::Kind::kHeaders:
      return "the headers";
    case Operand::Kind::kHeader:
      break;
  }
  return "a header";
}

Error no_member(const Operand& object, std::string_view name) {
  return bad_record("There is no '" + std::string(name) + "' in " + kind_of(object));
}

std::optional<std::string_view> text_argument(Arguments arguments, size_t index) {
  if (index >= arguments.size() || arguments[index].kind != Operand::Kind::kValue) return std::nullopt;
  const sdk::Value& value = arguments[index].value;
  if (value.kind() != sdk::Kind::kString) return std::nullopt;
  return value.as_string();
}

const sdk::Header* find_header(const sdk::Record& record, std::string_view name) {
  const sdk::Header* found = nullptr;  // the last of a name counts
  for (const sdk::Header& header : record.headers()) {
    if (header.key == name) found = &header;
  }
  return found;
}

Result<Operand> field_of(const sdk::StructNode& node, std::string_view name) {
  SLUICE_ASSIGN_OR_RETURN(const size_t index, require_field(*node.schema, name));
  return Operand::of(field_or_default(node, index));
}

Operand entry_of(const sdk::Value& map, const sdk::Value& key) {
  for (const sdk::MapEntry& entry : map.as_map()) {
    if (equal_values(entry.key, key)) return Operand::of(entry.value);
  }
  return {};
}

Result<Operand> schema_member(const sdk::Schema& schema, std::string_view name) {
  const auto text = [](const std::optional<std::string>& value) {
    return Operand::of(value ? sdk::Value::string(*value) : sdk::Value());
  };
  if (name == "name") return text(schema.name());
  if (name == "doc") return text(schema.doc());
  if (name == "type") return Operand::of(sdk::Value::string(type_name(schema.type())));
  if (name == "optional" || name == "isOptional") return boolean(schema.optional());
  if (name == "version") {
    return Operand::of(schema.version() ? sdk::Value::int32(*schema.version()) : sdk::Value());
  }
  return no_member(Operand::of(&schema), name);
}

/// Units of UTF-16 would be Java's; characters are what people mean.
struct Characters {
  explicit Characters(std::string_view given) : text(given) {}
  static bool begins(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }
  size_t count() const { return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins)); }
  /// Bytes before the character.
  size_t offset(int64_t character) const {
    size_t at = 0;
    for (; at < text.size(); ++at) {
      if (begins(text[at]) && character-- == 0) return at;
    }
    return at;
  }
  std::string_view text;
};

std::string changed_case(std::string_view text, bool upper) {
  std::string result(text);
  for (char& c : result) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

Result<Operand> substring(std::string_view text, Arguments arguments) {
  const Characters characters(text);
  const auto count = static_cast<int64_t>(characters.count());
  int64_t bounds[2] = {0, count};
  for (size_t i = 0; i < std::min<size_t>(arguments.size(), 2); ++i)
    bounds[i] = arguments[i].value.as_integer();
  if (bounds[0] < 0 || bounds[0] > bounds[1] || bounds[1] > count) {
    return bad_record("substring: the text has " + std::to_string(count) + " characters");
  }
  const size_t first = characters.offset(bounds[0]);
  return Operand::of(sdk::Value::string(text.substr(first, characters.offset(bounds[1]) - first)));
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  size_t at = 0;
  for (size_t found = text.find(from); found != std::string_view::npos && !from.empty();
       found = text.find(from, at)) {
    result.append(text.substr(at, found - at)).append(to);
    at = found + from.size();
  }
  return result.append(text.substr(at));
}

Result<Operand> matches(std::string_view text, const ExpressionNode& call, std::string_view pattern) {
  if (call.regex) {
    SLUICE_ASSIGN_OR_RETURN(const bool does, call.regex->matches(text));
    return boolean(does);
  }
  SLUICE_ASSIGN_OR_RETURN(const JavaRegex regex, JavaRegex::compile(std::string(pattern)));
  SLUICE_ASSIGN_OR_RETURN(const bool does, regex.matches(text));
  return boolean(does);
}

/// Methods with a text as their first argument; nothing if it is none of them.
std::optional<Operand> compare_text(std::string_view text, std::string_view method, std::string_view other) {
  if (method == "startsWith") return boolean(text.starts_with(other));
  if (method == "endsWith") return boolean(text.ends_with(other));
  if (method == "contains" || method == "includes")
    return boolean(text.find(other) != std::string_view::npos);
  if (method == "equalsIgnoreCase") return boolean(changed_case(text, false) == changed_case(other, false));
  if (method == "indexOf") {
    const size_t found = text.find(other);
    if (found == std::string_view::npos) return Operand::of(sdk::Value::int64(-1));
    return integer(Characters(text.substr(0, found)).count());
  }
  return std::nullopt;
}

Result<Operand> text_method(const Operand& object, const ExpressionNode& call, Arguments arguments,
                            const ExpressionContext& context) {
  const std::string_view text = object.value.as_string();
  const std::string& name = call.text;
  const auto made = [&](const std::string& result) {
    return Operand::of(sdk::Value::string(context.arena.copy(result)));
  };
  if (arguments.empty()) {
    if (name == "length" || name == "size") return integer(Characters(text).count());
    if (name == "isEmpty") return boolean(text.empty());
    if (name == "isBlank") return boolean(trimmed(text).empty());
    if (name == "trim" || name == "strip") return Operand::of(sdk::Value::string(trimmed(text)));
    if (name == "toLowerCase") return made(changed_case(text, false));
    if (name == "toUpperCase") return made(changed_case(text, true));
    return no_member(object, name + "()");
  }
  const auto first = text_argument(arguments, 0);
  const auto second = text_argument(arguments, 1);
  if (name == "substring" && arguments[0].value.kind() == sdk::Kind::kInt64)
    return substring(text, arguments);
  if (first && second && (name == "replace" || name == "replaceAll")) {
    if (name == "replace") return made(replaced(text, *first, *second));
    return no_member(object, "replaceAll(); replace() is there,");
  }
  if (first && arguments.size() == 1) {
    if (name == "matches") return matches(text, call, *first);
    if (name == "concat") return made(std::string(text).append(*first));
    if (const auto compared = compare_text(text, name, *first)) return *compared;
  }
  return no_member(object, name + "() with such arguments");
}

Result<Operand> list_method(const Operand& object, const std::string& name, Arguments arguments,
                            const ExpressionContext& context) {
  const auto items = object.value.as_array();
  if (arguments.empty() && (name == "size" || name == "length")) return integer(items.size());
  if (arguments.empty() && name == "isEmpty") return boolean(items.empty());
  if (arguments.size() == 1 && name == "get") return element_of(object, arguments[0], context);
  if (arguments.size() == 1 && (name == "contains" || name == "includes")) {
    return boolean(std::any_of(items.begin(), items.end(), [&](const sdk::Value& item) {
      return equal_values(item, arguments[0].value);
    }));
  }
  return no_member(object, name + "()");
}

Result<Operand> map_method(const Operand& object, const std::string& name, Arguments arguments) {
  const auto entries = object.value.as_map();
  if (arguments.empty() && name == "size") return integer(entries.size());
  if (arguments.empty() && name == "isEmpty") return boolean(entries.empty());
  if (arguments.size() == 1 && name == "get") return entry_of(object.value, arguments[0].value);
  if (arguments.size() == 1 && name == "containsKey") {
    return boolean(std::any_of(entries.begin(), entries.end(), [&](const sdk::MapEntry& entry) {
      return equal_values(entry.key, arguments[0].value);
    }));
  }
  return no_member(object, name + "()");
}

bool is_getter(std::string_view name) {
  static constexpr std::string_view kGetters[] = {
      "get",     "getWithoutDefault", "getString", "getStruct", "getArray",   "getMap",     "getBytes",
      "getInt8", "getInt16",          "getInt32",  "getInt64",  "getBoolean", "getFloat32", "getFloat64"};
  return std::find(std::begin(kGetters), std::end(kGetters), name) != std::end(kGetters);
}

Result<Operand> struct_method(const Operand& object, const std::string& name, Arguments arguments) {
  const sdk::StructNode& node = object.value.as_struct();
  const auto field = text_argument(arguments, 0);
  if (name == "schema" && arguments.empty()) return Operand::of(node.schema);
  if (field && arguments.size() == 1 && is_getter(name)) return field_of(node, *field);
  return no_member(object, name + "()");
}

Result<Operand> schema_method(const Operand& object, const std::string& name, Arguments arguments) {
  const auto field = text_argument(arguments, 0);
  if (name == "field" && field && arguments.size() == 1) {
    const int index = object.schema->field_index(*field);
    const auto& fields = object.schema->fields();
    return Operand::of(index < 0 ? nullptr : fields[static_cast<size_t>(index)].schema.get());
  }
  if (name == "schema" && arguments.empty()) return object;  // of a field, which stands for its schema here
  if (arguments.empty()) return schema_member(*object.schema, name);
  return no_member(object, name + "()");
}

Result<Operand> value_method(const Operand& object, const ExpressionNode& call, Arguments arguments,
                             const ExpressionContext& context) {
  switch (object.value.kind()) {
    case sdk::Kind::kString:
      return text_method(object, call, arguments, context);
    case sdk::Kind::kArray:
      return list_method(object, call.text, arguments, context);
    case sdk::Kind::kMap:
      return map_method(object, call.text, arguments);
    case sdk::Kind::kStruct:
      return struct_method(object, call.text, arguments);
    default:
      return no_member(object, call.text + "()");
  }
}

}  // namespace

Result<ExpressionOperand> member_of(const Operand& object, std::string_view name,
                                    const ExpressionContext& context) {
  switch (object.kind) {
    case Operand::Kind::kSchema:
      return schema_member(*object.schema, name);
    case Operand::Kind::kHeaders:
      return Operand::of(find_header(context.record, name));
    case Operand::Kind::kHeader:
      if (name == "value") return Operand::of(object.header->value);
      if (name == "schema") return Operand::of(object.header->schema);
      return no_member(object, name);
    case Operand::Kind::kValue:
      break;
  }
  if (object.value.kind() == sdk::Kind::kStruct) return field_of(object.value.as_struct(), name);
  if (object.value.kind() == sdk::Kind::kMap) return entry_of(object.value, sdk::Value::string(name));
  const bool is_length = name == "length" && object.value.kind() == sdk::Kind::kString;
  if (is_length) return integer(Characters(object.value.as_string()).count());
  return no_member(object, name);
}

Result<ExpressionOperand> element_of(const Operand& object, const Operand& index,
                                     const ExpressionContext& context) {
  if (object.is_null()) return bad_record("Cannot get an element of null");
  if (index.kind == Operand::Kind::kValue && index.value.kind() == sdk::Kind::kString) {
    return member_of(object, index.value.as_string(), context);
  }
  if (object.kind != Operand::Kind::kValue) return no_member(object, "[]");
  if (object.value.kind() == sdk::Kind::kMap) return entry_of(object.value, index.value);
  const bool by_number = index.value.kind() >= sdk::Kind::kInt8 && index.value.kind() <= sdk::Kind::kInt64;
  if (object.value.kind() != sdk::Kind::kArray || !by_number) return no_member(object, "[]");
  const auto items = object.value.as_array();
  const int64_t at =
      index.value.as_integer() + (index.value.as_integer() < 0 ? static_cast<int64_t>(items.size()) : 0);
  if (at < 0 || at >= static_cast<int64_t>(items.size())) return Operand();
  return Operand::of(items[static_cast<size_t>(at)]);
}

Result<ExpressionOperand> call_method(const Operand& object, const ExpressionNode& call, Arguments arguments,
                                      const ExpressionContext& context) {
  if (call.text == "toString" && arguments.empty()) {
    return Operand::of(sdk::Value::string(context.arena.copy(text_of(object))));
  }
  const bool values = object.kind == Operand::Kind::kValue;
  if (call.text == "equals" && arguments.size() == 1) {
    return boolean(values && arguments[0].kind == Operand::Kind::kValue &&
                   equal_values(object.value, arguments[0].value));
  }
  if (values) return value_method(object, call, arguments, context);
  if (object.kind == Operand::Kind::kSchema) return schema_method(object, call.text, arguments);
  if (object.kind == Operand::Kind::kHeaders) {
    const auto name = text_argument(arguments, 0);
    if (name && call.text == "get") return Operand::of(find_header(context.record, *name));
    if (name && call.text == "containsKey") return boolean(find_header(context.record, *name) != nullptr);
    return no_member(object, call.text + "()");
  }
  return member_of(object, call.text, context);  // a header's value() and schema()
}

}  // namespace sluice::transforms::debezium
