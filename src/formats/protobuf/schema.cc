#include "formats/protobuf/schema.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>

#include "formats/protobuf/builtin_files.h"
#include "formats/protobuf/proto_text.h"
#include "sdk/data/base64.h"

namespace sluice::protobuf {
namespace {

constexpr const char* kMetaFile = "confluent/meta.proto";
constexpr const char* kRootFile = "default";
constexpr int kMetaNumber = 1088;
constexpr int kParamsNumber = 2;
/// Of a file's own message and enum types, at any depth.
constexpr size_t kTypesMax = 100'000;

class FirstError final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element, const pb::Message*, ErrorLocation,
                const std::string& message) override {
    if (text_.empty()) text_ = fmt::format("{}: {}: {}", file, element, message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool is_base64(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  });
}

Result<pb::FileDescriptorProto> parse_any(std::string_view text, const std::string& name) {
  if (!is_base64(text)) return parse_text(text, name);
  sdk::Arena arena;
  const auto bytes = sdk::decode_base64(arena, text);
  pb::FileDescriptorProto file;
  if (!bytes || !file.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())))
    return bad_record(fmt::format("Invalid Protobuf schema {}: it is neither a text nor a descriptor", name));
  file.set_name(name);
  return file;
}

/// Keeps of options what the mapping reads: others may be extensions that nobody has a definition of.
class Cleaner {
 public:
  void clean(pb::FileDescriptorProto& file) {
    is_proto3_ = file.syntax() == "proto3";
    file.clear_service();
    file.clear_extension();
    file.clear_source_code_info();
    keep_meta(*file.mutable_options());
    for (auto& message : *file.mutable_message_type()) clean(message, file.package());
    for (auto& made : *file.mutable_enum_type()) clean(made);
    const bool imported = std::ranges::find(file.dependency(), kMetaFile) != file.dependency().end();
    if (uses_meta_ && !imported) file.add_dependency(kMetaFile);  // Java does without
  }

  bool too_many() const { return types_ > kTypesMax; }
  std::set<std::string> synthesized;

 private:
  void clean(pb::DescriptorProto& message, const std::string& scope) {
    ++types_;
    std::string name = scope;
    if (!name.empty()) name += '.';
    name += message.name();
    // The parser has set it itself; where the text says so, it is not interpreted yet.
    if (message.options().map_entry()) synthesized.insert(name);
    message.clear_extension();
    for (auto& field : *message.mutable_field()) field.clear_json_name();
    if (is_proto3_) rename_twins(message);
    if (message.has_options()) keep_meta(*message.mutable_options());
    for (auto& field : *message.mutable_field()) {
      if (field.has_options()) keep_meta(*field.mutable_options());
    }
    for (auto& oneof : *message.mutable_oneof_decl()) oneof.clear_options();
    for (auto& range : *message.mutable_extension_range()) range.clear_options();
    for (auto& nested : *message.mutable_nested_type()) clean(nested, name);
    for (auto& nested : *message.mutable_enum_type()) clean(nested);
  }

  /// See name_of(): JSON names, which nobody needs here, keep the right ones.
  static void rename_twins(pb::DescriptorProto& message) {
    std::set<std::string> names;
    std::set<std::string> taken;
    for (auto& field : *message.mutable_field()) {
      if (!names.insert(field.name()).second) return;  // the same name twice is an error
      std::string name = field.name();
      while (!taken.insert(plain(name)).second) name.insert(0, "x" + std::to_string(field.number()));
      if (name == field.name()) continue;
      field.set_json_name(field.name());
      field.set_name(name);
    }
  }

  /// What libprotobuf compares.
  static std::string plain(std::string_view name) {
    std::string out;
    for (const char c : name) {
      if (c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
  }

  void clean(pb::EnumDescriptorProto& made) {
    ++types_;
    if (made.has_options()) keep_meta(*made.mutable_options());
    for (auto& value : *made.mutable_value()) value.clear_options();
  }

  template <typename Options>
  void keep_meta(Options& options) {
    auto& uninterpreted = *options.mutable_uninterpreted_option();
    for (int i = uninterpreted.size() - 1; i >= 0; --i) {
      const auto& first = uninterpreted.Get(i).name(0);
      if (!first.is_extension()) continue;
      const bool is_meta =
          std::is_same_v<Options, pb::FieldOptions> && first.name_part().ends_with("confluent.field_meta");
      uses_meta_ = uses_meta_ || is_meta;
      if (!is_meta) uninterpreted.DeleteSubrange(i, 1);
    }
  }

  bool is_proto3_ = false;
  bool uses_meta_ = false;
  size_t types_ = 0;
};

Result<const pb::FileDescriptor*> add_file(pb::DescriptorPool& pool, std::string_view text,
                                           const std::string& name, std::set<std::string>* synthesized) {
  SLUICE_ASSIGN_OR_RETURN(pb::FileDescriptorProto file, parse_any(text, name));
  Cleaner cleaner;
  cleaner.clean(file);
  if (cleaner.too_many()) return bad_record(fmt::format("Invalid Protobuf schema {}: too many types", name));
  if (synthesized != nullptr && !is_base64(text)) *synthesized = std::move(cleaner.synthesized);
  for (const std::string& import : file.dependency()) {
    if (pool.FindFileByName(import) == nullptr)
      return bad_record(fmt::format(
          "Invalid Protobuf schema {}: it imports {}, which is not among its references", name, import));
  }
  FirstError errors;
  const pb::FileDescriptor* built = pool.BuildFileCollectingErrors(file, &errors);
  if (built == nullptr) return bad_record(fmt::format("Invalid Protobuf schema {}", errors.text()));
  return built;
}

}  // namespace

Result<SchemaPtr> parse_schema(std::string_view text, std::span<const Import> imports) {
  auto pool = std::make_unique<pb::DescriptorPool>(&builtin_files());
  for (const auto& [name, import] : imports) {
    if (is_builtin_file(name) || pool->FindFileByName(name) != nullptr) continue;
    SLUICE_RETURN_IF_ERROR(add_file(*pool, import, name, nullptr));
  }
  std::string name = kRootFile;  // which nobody imports, unless somebody does
  while (pool->FindFileByName(name) != nullptr) name += "_";
  std::set<std::string> synthesized;
  SLUICE_ASSIGN_OR_RETURN(const pb::FileDescriptor* file, add_file(*pool, text, name, &synthesized));
  return std::make_shared<const SchemaFile>(std::move(pool), file, std::move(synthesized));
}

const pb::Descriptor* SchemaFile::message(const std::string& full_name) const {
  const pb::Descriptor* found = pool_->FindMessageTypeByName(full_name);
  return found != nullptr && found->file() == file_ ? found : nullptr;
}

const pb::Descriptor* SchemaFile::message_at(std::span<const int32_t> path) const {
  const pb::Descriptor* found = nullptr;
  for (const int32_t wanted : path) {
    const int count = found == nullptr ? file_->message_type_count() : found->nested_type_count();
    const pb::Descriptor* next = nullptr;
    int32_t left = wanted;
    for (int i = 0; i < count && left >= 0; ++i) {
      const pb::Descriptor* candidate = found == nullptr ? file_->message_type(i) : found->nested_type(i);
      if (counts(*candidate) && left-- == 0) next = candidate;
    }
    if (next == nullptr) return nullptr;
    found = next;
  }
  return found;
}

std::vector<int32_t> SchemaFile::path_of(const pb::Descriptor& message) const {
  std::vector<int32_t> path;
  for (const pb::Descriptor* at = &message; at != nullptr; at = at->containing_type()) {
    const pb::Descriptor* around = at->containing_type();
    int32_t index = 0;
    for (int i = 0; i < at->index(); ++i) {
      if (counts(around == nullptr ? *file_->message_type(i) : *around->nested_type(i))) ++index;
    }
    path.push_back(index);
  }
  std::ranges::reverse(path);
  return path;
}

const pb::FieldDescriptor* find_field(const pb::Descriptor& message, const std::string& name) {
  const pb::FieldDescriptor* found = message.FindFieldByName(name);
  if (found != nullptr && name_of(*found) == name) return found;
  for (int i = 0; i < message.field_count(); ++i) {
    if (name_of(*message.field(i)) == name) return message.field(i);
  }
  return nullptr;
}

std::vector<std::pair<std::string, std::string>> field_params(const pb::FieldOptions& options) {
  std::vector<std::pair<std::string, std::string>> params;
  const pb::UnknownFieldSet& fields = options.GetReflection()->GetUnknownFields(options);
  for (int i = 0; i < fields.field_count(); ++i) {
    const pb::UnknownField& meta = fields.field(i);
    pb::UnknownFieldSet parts;
    const bool is_meta =
        meta.number() == kMetaNumber && meta.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED;
    if (!is_meta || !parts.ParseFromString(meta.length_delimited())) continue;
    for (int j = 0; j < parts.field_count(); ++j) {
      const pb::UnknownField& part = parts.field(j);
      pb::UnknownFieldSet entry;
      const bool is_param =
          part.number() == kParamsNumber && part.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED;
      if (!is_param || !entry.ParseFromString(part.length_delimited())) continue;
      std::pair<std::string, std::string> param;
      for (int k = 0; k < entry.field_count(); ++k) {
        const pb::UnknownField& text = entry.field(k);
        if (text.type() != pb::UnknownField::TYPE_LENGTH_DELIMITED) continue;
        (text.number() == 1 ? param.first : param.second) = text.length_delimited();
      }
      params.push_back(std::move(param));
    }
  }
  return params;
}

void set_field_params(const std::vector<std::pair<std::string, std::string>>& params,
                      pb::FieldOptions& options) {
  if (params.empty()) return;
  pb::UnknownFieldSet meta;
  for (const auto& [key, value] : params) {
    pb::UnknownFieldSet entry;
    entry.AddLengthDelimited(1, key);
    entry.AddLengthDelimited(2, value);
    entry.SerializeToString(meta.AddLengthDelimited(kParamsNumber));
  }
  meta.SerializeToString(
      options.GetReflection()->MutableUnknownFields(&options)->AddLengthDelimited(kMetaNumber));
}

}  // namespace sluice::protobuf
