#include "formats/protobuf/compatibility.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "formats/protobuf/fields.h"

namespace sluice::protobuf {
namespace {

using Field = pb::FieldDescriptor;

/// Types of one group are the same on the wire, and say the same.
enum class Group : uint8_t { kNumber, kZigzag, kBytes, kFixed32, kFixed64, kFloat, kDouble, kMessage, kMap };

Group group_of(const Field& field) {
  switch (field.type()) {
    case Field::TYPE_SINT32:
    case Field::TYPE_SINT64:
      return Group::kZigzag;
    case Field::TYPE_STRING:
    case Field::TYPE_BYTES:
      return Group::kBytes;
    case Field::TYPE_FIXED32:
    case Field::TYPE_SFIXED32:
      return Group::kFixed32;
    case Field::TYPE_FIXED64:
    case Field::TYPE_SFIXED64:
      return Group::kFixed64;
    case Field::TYPE_FLOAT:
      return Group::kFloat;
    case Field::TYPE_DOUBLE:
      return Group::kDouble;
    case Field::TYPE_MESSAGE:
    case Field::TYPE_GROUP:
      return is_map(field) ? Group::kMap : Group::kMessage;
    default:  // enums, too
      return Group::kNumber;
  }
}

/// Without the package.
std::string local_name(const pb::Descriptor& message) {
  const std::string& package = message.file()->package();
  return package.empty() ? message.full_name() : message.full_name().substr(package.size() + 1);
}

std::string type_of(const Field& field) {
  std::string type = field.message_type() != nullptr ? local_name(*field.message_type()) : field.type_name();
  return field.is_repeated() ? "repeated " + type : type;
}

using Why = std::optional<std::string>;

class Comparison {
 public:
  Why messages(const pb::Descriptor& from, const pb::Descriptor& to) {
    if (!seen_.insert({&from, &to}).second) return {};
    for (int i = 0; i < from.field_count(); ++i) {
      const Field& field = *from.field(i);
      const Field* other = to.FindFieldByNumber(field.number());
      Why why = other != nullptr ? fields(field, *other) : removed(field, to);
      if (why) return why;
    }
    for (int i = 0; i < to.field_count(); ++i) {
      const Field& field = *to.field(i);
      if (field.is_required() && from.FindFieldByNumber(field.number()) == nullptr)
        return fmt::format("The field {} is required by the reader, and the writer does not have it",
                           field.full_name());
    }
    return oneofs(from, to);
  }

 private:
  static Why removed(const Field& field, const pb::Descriptor& to) {
    if (field.is_required())
      return fmt::format("The required field {} is missing in the reader's schema", field.full_name());
    const pb::OneofDescriptor* oneof = field.real_containing_oneof();
    if (oneof == nullptr) return {};
    for (int i = 0; i < oneof->field_count(); ++i) {
      if (to.FindFieldByNumber(oneof->field(i)->number()) != nullptr)
        return fmt::format("The member {} of the oneof {} is missing in the reader's schema", field.name(),
                           oneof->full_name());
    }
    return {};  // all of it is gone
  }

  Why fields(const Field& from, const Field& to) {
    const Group group = group_of(from);
    const auto changed = [&] {
      return fmt::format("The field {} (number {}) is {} for the writer and {} for the reader",
                         from.full_name(), from.number(), type_of(from), type_of(to));
    };
    if (group != group_of(to)) return changed();
    if (group == Group::kMap) {
      Why why = fields(*from.message_type()->field(0), *to.message_type()->field(0));
      return why ? why : fields(*from.message_type()->field(1), *to.message_type()->field(1));
    }
    if (group == Group::kMessage) {
      if (local_name(*from.message_type()) != local_name(*to.message_type())) return changed();
      return messages(*from.message_type(), *to.message_type());
    }
    // The last of many texts is a text, but packed numbers are no number.
    if (from.is_repeated() && !to.is_repeated() && group != Group::kBytes) return changed();
    return {};
  }

  /// Fields that could be there together must not exclude each other for the reader.
  static Why oneofs(const pb::Descriptor& from, const pb::Descriptor& to) {
    for (int i = 0; i < to.real_oneof_decl_count(); ++i) {
      const pb::OneofDescriptor& oneof = *to.oneof_decl(i);
      const Field* first = nullptr;
      for (int j = 0; j < oneof.field_count(); ++j) {
        const Field* field = from.FindFieldByNumber(oneof.field(j)->number());
        if (field == nullptr) continue;
        const auto* home = field->real_containing_oneof();
        if (first != nullptr && (home == nullptr || home != first->real_containing_oneof()))
          return fmt::format("The field {} has moved into the oneof {}, where it excludes {}",
                             field->full_name(), oneof.full_name(), first->name());
        first = field;
      }
    }
    return {};
  }

  std::set<std::pair<const pb::Descriptor*, const pb::Descriptor*>> seen_;
};

/// The reader must have every message of the writer's file, for any of them may be what a record holds.
Why compare_all(Comparison& comparison, const pb::Descriptor& from, const pb::Descriptor* to) {
  if (to == nullptr) {
    if (from.name().ends_with(kEntrySuffix)) return {};  // maps are compared where they are used
    return fmt::format("The message {} is missing in the reader's schema", from.full_name());
  }
  if (Why why = comparison.messages(from, *to)) return why;
  for (int i = 0; i < from.nested_type_count(); ++i) {
    const pb::Descriptor& nested = *from.nested_type(i);
    if (Why why = compare_all(comparison, nested, to->FindNestedTypeByName(nested.name()))) return why;
  }
  return {};
}

}  // namespace

std::optional<std::string> incompatibility(const SchemaFile& writer, const SchemaFile& reader) {
  if (writer.file().package() != reader.file().package())
    return fmt::format("The writer's package is \"{}\" and the reader's is \"{}\"", writer.file().package(),
                       reader.file().package());
  Comparison comparison;
  for (int i = 0; i < writer.file().message_type_count(); ++i) {
    const pb::Descriptor& message = *writer.file().message_type(i);
    if (Why why = compare_all(comparison, message, reader.file().FindMessageTypeByName(message.name())))
      return why;
  }
  return {};
}

}  // namespace sluice::protobuf
