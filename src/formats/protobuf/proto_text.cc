#include "formats/protobuf/proto_text.h"

#include <fmt/format.h>
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "formats/protobuf/schema.h"

namespace sluice::protobuf {
namespace {

/// Braces in each other; the parser calls itself for each.
constexpr int kDepthMax = 100;
constexpr int32_t kNumberMax = 536'870'911;

class FirstError final : public pb::io::ErrorCollector {
 public:
  void AddError(int line, pb::io::ColumnNumber column, const std::string& message) override {
    if (text_.empty()) text_ = fmt::format("line {}, column {}: {}", line + 1, column + 1, message);
  }
  void AddWarning(int, pb::io::ColumnNumber, const std::string&) override {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

pb::io::ArrayInputStream stream_of(std::string_view text) {
  return {text.data(), static_cast<int>(text.size())};
}

/// Before the parser sees it.
Status check_depth(std::string_view text) {
  auto stream = stream_of(text);
  FirstError errors;
  pb::io::Tokenizer tokens(&stream, &errors);
  int depth = 0;
  while (tokens.Next()) {
    const std::string& token = tokens.current().text;
    if (token == "{" || token == "[" || token == "<") ++depth;
    if (token == "}" || token == "]" || token == ">") --depth;
    if (depth > kDepthMax) return bad_record("Invalid Protobuf schema: it is nested too deep");
  }
  return {};
}

/// What the library would print on its own goes the way of errors and exceptions.
void silence_library() {
  static std::once_flag once;
  std::call_once(once, [] { pb::SetLogHandler(nullptr); });
}

// A line of a text, and lines within braces. The texts of inner parts are indented line by line, empty lines
// too, as Java does.
void append_indented(std::string& out, std::string_view inner) {
  while (!inner.empty()) {
    const std::string_view line = inner.substr(0, inner.find('\n'));
    out.append("  ").append(line).append("\n");
    inner.remove_prefix(std::min(inner.size(), line.size() + 1));
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    static constexpr std::string_view kFrom = "\a\b\f\n\r\t\v\\'\"";
    static constexpr std::string_view kTo = "abfnrtv\\'\"";
    const size_t at = kFrom.find(c);
    if (at == std::string_view::npos) {
      out += c;
    } else {
      out.append("\\").append(1, kTo[at]);
    }
  }
  return out;
}

struct Options {
  std::vector<std::string> texts;  // name = value

  void add(std::string_view name, bool has, const std::string& text) {
    if (has) texts.push_back(fmt::format("{} = \"{}\"", name, escaped(text)));
  }
  void add(std::string_view name, bool has, bool value) {
    if (has) texts.push_back(fmt::format("{} = {}", name, value));
  }
  /// option …; lines.
  void append_lines(std::string& out) const {
    for (const std::string& text : texts) out.append("option ").append(text).append(";\n");
  }
  /// [ … ] after a field or a constant.
  void append_brackets(std::string& out) const {
    if (texts.empty()) return;
    out += " [";
    if (texts.size() == 1) {
      out += texts.front();
    } else {
      out += "\n";
      for (size_t i = 0; i < texts.size(); ++i)
        append_indented(out, texts[i] + (i + 1 < texts.size() ? "," : ""));
    }
    out += "]";
  }
};

Options options_of(const pb::FileOptions& options) {
  Options out;
  out.add("java_package", options.has_java_package(), options.java_package());
  out.add("java_outer_classname", options.has_java_outer_classname(), options.java_outer_classname());
  out.add("java_multiple_files", options.has_java_multiple_files(), options.java_multiple_files());
  out.add("java_string_check_utf8", options.has_java_string_check_utf8(), options.java_string_check_utf8());
  out.add("go_package", options.has_go_package(), options.go_package());
  out.add("deprecated", options.has_deprecated(), options.deprecated());
  out.add("cc_enable_arenas", options.has_cc_enable_arenas(), options.cc_enable_arenas());
  out.add("objc_class_prefix", options.has_objc_class_prefix(), options.objc_class_prefix());
  out.add("csharp_namespace", options.has_csharp_namespace(), options.csharp_namespace());
  return out;
}

std::string params_text(const std::vector<std::pair<std::string, std::string>>& params) {
  std::string list;
  for (size_t i = 0; i < params.size(); ++i) {
    const auto& [key, value] = params[i];
    const std::string key_line = fmt::format("key: \"{}\"", escaped(key));
    const std::string value_line = fmt::format("value: \"{}\"", escaped(value));
    const bool value_first = key == "precision" || key == "scale";  // as older versions wrote it
    std::string entry = "{\n";
    append_indented(entry, (value_first ? value_line : key_line) + ",");
    append_indented(entry, value_first ? key_line : value_line);
    entry += i + 1 < params.size() ? "}," : "}";
    append_indented(list, entry);
  }
  std::string out = "(confluent.field_meta) = {\n";
  append_indented(out, "params: [\n" + list + "]");
  return out + "}";
}

Options options_of(const pb::FieldOptions& options) {
  Options out;
  out.add("packed", options.has_packed(), options.packed());
  out.add("deprecated", options.has_deprecated(), options.deprecated());
  if (const auto params = field_params(options); !params.empty()) out.texts.push_back(params_text(params));
  return out;
}

std::string field_text(const pb::FieldDescriptorProto& field, bool is_proto3) {
  using Field = pb::FieldDescriptorProto;
  std::string out;
  const bool has_label = !field.has_oneof_index() || field.proto3_optional();
  if (has_label && field.label() == Field::LABEL_REPEATED) out += "repeated ";
  if (has_label && field.label() == Field::LABEL_REQUIRED) out += "required ";
  const bool is_optional = field.label() == Field::LABEL_OPTIONAL && (!is_proto3 || field.proto3_optional());
  if (has_label && is_optional) out += "optional ";
  const std::string type =
      field.has_type_name()
          ? field.type_name()
          : pb::FieldDescriptor::TypeName(static_cast<pb::FieldDescriptor::Type>(field.type()));
  out += fmt::format("{} {} = {}", type, field.name(), field.number());
  options_of(field.options()).append_brackets(out);
  return out + ";\n";
}

std::string enum_text(const pb::EnumDescriptorProto& made) {
  std::string out = fmt::format("enum {} {{\n", made.name());
  for (const auto& value : made.value())
    append_indented(out, fmt::format("{} = {};", value.name(), value.number()));
  return out + "}\n";
}

std::string oneof_text(const pb::DescriptorProto& message, int index, bool is_proto3) {
  std::string fields;
  for (const auto& field : message.field()) {
    const bool is_member =
        field.has_oneof_index() && field.oneof_index() == index && !field.proto3_optional();
    if (is_member) append_indented(fields, field_text(field, is_proto3));
  }
  if (fields.empty()) return {};
  return fmt::format("oneof {} {{\n{}}}\n", message.oneof_decl(index).name(), fields);
}

void append_reserved(std::string& out, const pb::DescriptorProto& message) {
  if (message.reserved_range_size() + message.reserved_name_size() > 0) out += "\n";
  for (const auto& range : message.reserved_range()) {
    const std::string last = range.end() > kNumberMax ? "max" : std::to_string(range.end() - 1);
    append_indented(out, range.end() - 1 == range.start()
                             ? fmt::format("reserved {};", range.start())
                             : fmt::format("reserved {} to {};", range.start(), last));
  }
  for (const auto& name : message.reserved_name())
    append_indented(out, fmt::format("reserved \"{}\";", name));
}

std::string message_text(const pb::DescriptorProto& message, bool is_proto3) {
  std::string out = fmt::format("message {} {{", message.name());
  append_reserved(out, message);
  std::string options;
  if (message.options().has_deprecated() && message.options().deprecated())
    options += "option deprecated = true;\n";
  if (message.options().map_entry()) options += "option map_entry = true;\n";
  std::string fields;
  for (const auto& field : message.field()) {
    if (!field.has_oneof_index() || field.proto3_optional()) fields += field_text(field, is_proto3);
  }
  std::string oneofs;
  for (int i = 0; i < message.oneof_decl_size(); ++i) oneofs += oneof_text(message, i, is_proto3);
  std::string types;
  for (const auto& nested : message.nested_type()) types += message_text(nested, is_proto3);
  for (const auto& nested : message.enum_type()) types += enum_text(nested);
  for (const std::string* part : {&options, &fields, &oneofs, &types}) {
    if (part->empty()) continue;
    out += "\n";
    append_indented(out, *part);
  }
  return out + "}\n";
}

}  // namespace

Result<pb::FileDescriptorProto> parse_text(std::string_view text, const std::string& file_name) {
  silence_library();
  if (text.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    return bad_record("Invalid Protobuf schema: it is too long");
  SLUICE_RETURN_IF_ERROR(check_depth(text));
  auto stream = stream_of(text);
  FirstError errors;
  pb::io::Tokenizer tokens(&stream, &errors);
  pb::compiler::Parser parser;
  parser.RecordErrorsTo(&errors);
  pb::FileDescriptorProto file;
  const bool parsed = parser.Parse(&tokens, &file);
  if (!parsed || !errors.text().empty())
    return bad_record(fmt::format("Invalid Protobuf schema {}: {}", file_name, errors.text()));
  file.set_name(file_name);
  return file;
}

std::string to_text(const pb::FileDescriptorProto& file) {
  const bool is_proto3 = file.syntax() == "proto3";
  std::string out;
  if (file.has_syntax()) out += fmt::format("syntax = \"{}\";\n", file.syntax());
  if (!file.package().empty()) out += fmt::format("package {};\n", file.package());
  if (file.dependency_size() > 0) out += "\n";
  for (const std::string& import : file.dependency()) out += fmt::format("import \"{}\";\n", import);
  if (const Options options = options_of(file.options()); !options.texts.empty()) {
    out += "\n";
    options.append_lines(out);
  }
  if (file.message_type_size() + file.enum_type_size() > 0) out += "\n";
  for (const auto& message : file.message_type()) out += message_text(message, is_proto3);
  for (const auto& made : file.enum_type()) out += enum_text(made);
  return out;
}

}  // namespace sluice::protobuf
