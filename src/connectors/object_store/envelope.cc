#include "connectors/object_store/envelope.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::MapEntry;
using sdk::Value;

Value headers_of(const sdk::Record& record, sdk::Arena& arena) {
  const auto headers = record.headers();
  auto* items = arena.array<Value>(headers.size());
  for (size_t i = 0; i < headers.size(); ++i) {
    auto* entries = arena.array<MapEntry>(2);
    entries[0] = {Value::string("key"), Value::string(headers[i].key)};
    entries[1] = {Value::string("value"), headers[i].value};
    items[i] = Value::map({entries, 2});
  }
  return Value::array({items, headers.size()});
}

MapEntry entry_of(const sdk::Record& record, EnvelopeField field, sdk::Arena& arena) {
  switch (field) {
    case EnvelopeField::kKey:
      return {Value::string("key"), record.key};
    case EnvelopeField::kOffset:
      return {Value::string("offset"), Value::int64(record.offset)};
    case EnvelopeField::kTimestamp:
      return {Value::string("timestamp"),
              record.timestamp == sdk::kNoTimestamp ? Value::null() : Value::timestamp(record.timestamp)};
    case EnvelopeField::kHeaders:
      return {Value::string("headers"), headers_of(record, arena)};
    case EnvelopeField::kValue:
      break;
  }
  return {Value::string("value"), record.value};
}

}  // namespace

sdk::Record wrap_in_envelope(const sdk::Record& record, std::span<const EnvelopeField> fields,
                             sdk::Arena& arena) {
  auto* entries = arena.array<MapEntry>(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) entries[i] = entry_of(record, fields[i], arena);
  sdk::Record wrapped = record;
  wrapped.value_schema = nullptr;
  wrapped.value = Value::map({entries, fields.size()});
  return wrapped;
}

}  // namespace sluice::connectors::object_store
