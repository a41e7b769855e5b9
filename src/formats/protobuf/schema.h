#pragma once
// One .proto file with all that it imports. Immutable and thread-safe once parsed; descriptors live as long
// as it does.

#include <google/protobuf/descriptor.h>

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::protobuf {

namespace pb = ::google::protobuf;

class SchemaFile {
 public:
  SchemaFile(std::unique_ptr<pb::DescriptorPool> pool, const pb::FileDescriptor* file,
             std::set<std::string> synthesized)
      : pool_(std::move(pool)), file_(file), synthesized_(std::move(synthesized)) {}

  const pb::FileDescriptor& file() const { return *file_; }
  /// Null if there is none.
  const pb::Descriptor* first_message() const {
    return file_->message_type_count() > 0 ? file_->message_type(0) : nullptr;
  }
  /// By its full name; null if the file itself does not have it.
  const pb::Descriptor* message(const std::string& full_name) const;
  /// By the place among the messages of the file, then among those nested in it, and so on. Null if there is
  /// none. Entries of maps that are written as map<…> do not count.
  const pb::Descriptor* message_at(std::span<const int32_t> path) const;
  std::vector<int32_t> path_of(const pb::Descriptor& message) const;

 private:
  bool counts(const pb::Descriptor& message) const { return !synthesized_.contains(message.full_name()); }

  const std::unique_ptr<pb::DescriptorPool> pool_;
  const pb::FileDescriptor* const file_;
  const std::set<std::string> synthesized_;
};

using SchemaPtr = std::shared_ptr<const SchemaFile>;

/// The name by which it is imported, and its text.
using Import = std::pair<std::string, std::string>;

/// `text` is a .proto file, or a FileDescriptorProto in Base64 (which some clients register). Each of
/// `imports` stands before what imports it; the files of builtin_files.h need not be given. Error kind
/// kBadRecord names line and column.
Result<SchemaPtr> parse_schema(std::string_view text, std::span<const Import> imports = {});

/// The field's name in the schema's text. Of names that differ in nothing but underscores and upper case,
/// which Connect's data may have, libprotobuf takes one alone; the other fields' descriptors have made-up
/// names.
inline const std::string& name_of(const pb::FieldDescriptor& field) {
  return field.has_json_name() ? field.json_name() : field.name();
}
/// By that name; null if there is none.
const pb::FieldDescriptor* find_field(const pb::Descriptor& message, const std::string& name);

/// The texts of the option (confluent.field_meta).params; empty: there is none.
std::vector<std::pair<std::string, std::string>> field_params(const pb::FieldOptions& options);
void set_field_params(const std::vector<std::pair<std::string, std::string>>& params,
                      pb::FieldOptions& options);

}  // namespace sluice::protobuf
