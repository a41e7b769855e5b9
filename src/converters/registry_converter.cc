#include "converters/registry_converter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "converters/converter_config.h"
#include "drivers/schema_registry/registry_options.h"

namespace sluice::converters {
namespace {

constexpr std::string_view kSerializationException = "org.apache.kafka.common.errors.SerializationException";

/// With a GUID in a header, Protobuf's message index stands there too; readers find it before the payload.
BytesView whole_payload(const Framed& framed, sdk::Arena& arena) {
  if (is_null(framed.message_index)) return framed.payload;
  return arena.copy(std::string(framed.message_index).append(framed.payload));
}

/// The records of one call that follow each other and were written with the same schema.
struct Run {
  size_t first = 0;
  std::vector<BytesView> payloads;
};

/// In one call a registry that cannot be reached is asked once, not once per record.
template <typename Key>
class Refused {
 public:
  const Error* find(const Key& key) const {
    const auto found = errors_.find(key);
    return found == errors_.end() ? nullptr : &found->second;
  }
  const Error& add(const Key& key, const Error& error) { return errors_.emplace(key, error).first->second; }

 private:
  std::map<Key, Error> errors_;
};

}  // namespace

RegistryConverter::RegistryConverter(std::unique_ptr<RegistryFormat> format)
    : format_(std::move(format)), def_(converter_config_def()) {
  define_registry_options(def_);
  format_->define(def_);
}

Status RegistryConverter::configure(const sdk::Properties& properties, sdk::ConverterRole role) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, parse_converter_config(def_, properties, role));
  SLUICE_ASSIGN_OR_RETURN(RegistryConfig registry_config, read_registry_config(config, role));
  const auto property = [&](std::string_view name) { return sdk::find(properties, name); };
  SLUICE_ASSIGN_OR_RETURN(auto registry, schema_registry::open_registry(property));
  SLUICE_RETURN_IF_ERROR(format_->configure(config));
  role_ = role;
  schemas_max_ = registry_config.schemas_max;
  uses_headers_ = registry_config.guid_in_header;
  book_ = std::make_unique<SchemaBook>(std::move(registry), std::move(registry_config), *format_);
  return {};
}

Status RegistryConverter::guard(const sdk::Contract& contract) {
  book_->guard(contract);
  return {};
}

void RegistryConverter::from_data(std::span<const sdk::DataItem> items, sdk::Arena& arena,
                                  std::span<BytesView> out, sdk::RecordErrors& errors) {
  buffer_.clear();
  std::vector<size_t> ends(items.size());
  Refused<WriterKey> refused;
  Writer* writer = nullptr;  // of the item before, if it had one
  RawHeader header;          // the same writer's
  headers_.assign(uses_headers_ ? items.size() : 0, {});
  for (size_t i = 0; i < items.size(); ++i) {
    const sdk::DataItem& item = items[i];
    const size_t start = buffer_.size();
    ends[i] = start;
    if (item.value.is_null() && is_tombstone(item.schema)) continue;
    if (writer == nullptr || item.schema != items[i - 1].schema || item.topic != items[i - 1].topic) {
      const WriterKey key{item.schema, std::string(item.topic)};
      writer = nullptr;
      if (const Error* known = refused.find(key)) {
        errors.add(i, *known);
        continue;
      }
      const Result<Writer*> found = writer_for(item);
      if (!found.ok()) {
        errors.add(i, refused.add(key, writing_failed(item.topic, found.error())));
        continue;
      }
      writer = *found;
      if (uses_headers_) header = {guid_header_name(role_), arena.copy(writer->header)};
    }
    if (uses_headers_) headers_[i] = header;
    buffer_ += writer->prefix;
    if (const Status written = writer->payload->write(item.value, buffer_); !written.ok()) {
      errors.add(i, writing_failed(item.topic, written.error()));
      buffer_.resize(start);
    }
    ends[i] = buffer_.size();
  }
  const std::string_view all = arena.copy(buffer_);
  size_t start = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const bool is_empty = ends[i] == start;  // a tombstone, or a payload that needs no bytes
    const bool is_null = is_empty && (!uses_headers_ || headers_[i].key.empty());
    out[i] = is_null ? kNullBytes : is_empty ? kEmptyBytes : all.substr(start, ends[i] - start);
    start = ends[i];
  }
}

bool RegistryConverter::is_tombstone(const sdk::Schema* schema) const {
  if (schema == nullptr) return true;
  return schema->optional() ? format_->null_is_tombstone() : format_->required_null_is_tombstone();
}

Result<RegistryConverter::Writer*> RegistryConverter::writer_for(const sdk::DataItem& item) {
  WriterKey key{item.schema, std::string(item.topic)};
  if (const auto found = writers_.find(key); found != writers_.end()) return &found->second;
  SLUICE_ASSIGN_OR_RETURN(const FullSchema full, book_->for_writing(item.schema, item.topic));
  Writer writer;
  SLUICE_ASSIGN_OR_RETURN(writer.payload, format_->writer(item.schema, full));
  SLUICE_RETURN_IF_ERROR(identify(full, writer));
  if (item.schema != nullptr) writer.schema = item.schema->share();
  if (writers_.size() >= schemas_max_) writers_.clear();
  return &writers_.emplace(std::move(key), std::move(writer)).first->second;
}

Status RegistryConverter::identify(const FullSchema& schema, Writer& writer) const {
  if (uses_headers_) {
    SLUICE_ASSIGN_OR_RETURN(writer.header, guid_header(schema.schema->guid, writer.payload->index()));
  } else {
    writer.prefix = id_prefix(schema.schema->id).append(writer.payload->index());
  }
  return {};
}

void RegistryConverter::to_data(std::span<const sdk::BytesItem> items, sdk::Arena& arena,
                                std::span<sdk::SchemaAndValue> out, sdk::RecordErrors& errors) {
  Refused<ReaderKey> refused;
  Run run;
  std::optional<ReaderKey> run_key;
  const auto end_run = [&] {
    if (run.payloads.empty()) return;
    const size_t count = run.payloads.size();
    const Result<PayloadReader*> reader = reader_for(run_key->first, run_key->second);
    if (reader.ok()) {
      sdk::RecordErrors run_errors;
      (*reader)->read(run.payloads, arena, out.subspan(run.first, count), run_errors);
      for (const auto& [index, error] : run_errors.entries())
        errors.add(run.first + index, reading_failed(run_key->second, error));
    } else {
      const Error& error = refused.add(*run_key, reading_failed(run_key->second, reader.error()));
      for (size_t i = 0; i < count; ++i) errors.add(run.first + i, error);
    }
    run.payloads.clear();
  };
  for (size_t i = 0; i < items.size(); ++i) {
    const sdk::BytesItem& item = items[i];
    out[i] = {};
    if (is_null(item.bytes)) {
      end_run();
      continue;
    }
    Result<Framed> framed = unframe(item.bytes, item.headers, role_);
    if (!framed.ok()) {
      end_run();
      errors.add(i, reading_failed(item.topic, framed.error()));
      continue;
    }
    const bool goes_on =
        run_key && !run.payloads.empty() && run_key->first == framed->schema && run_key->second == item.topic;
    if (!goes_on) {
      end_run();
      run_key.emplace(std::move(framed->schema), std::string(item.topic));
      run.first = i;
      if (const Error* known = refused.find(*run_key)) {
        errors.add(i, *known);
        continue;
      }
    }
    run.payloads.push_back(whole_payload(*framed, arena));
  }
  end_run();
}

Result<PayloadReader*> RegistryConverter::reader_for(const SchemaKey& key, std::string_view topic) {
  ReaderKey reader_key{key, std::string(topic)};
  if (const auto found = readers_.find(reader_key); found != readers_.end()) return found->second.get();
  SLUICE_ASSIGN_OR_RETURN(const SchemaBook::Known known, book_->for_reading(key, topic));
  SLUICE_ASSIGN_OR_RETURN(std::unique_ptr<PayloadReader> reader,
                          format_->reader(known.schema, known.version));
  if (readers_.size() >= schemas_max_) readers_.clear();
  return readers_.emplace(std::move(reader_key), std::move(reader)).first->second.get();
}

Error RegistryConverter::writing_failed(std::string_view topic, const Error& error) const {
  return error.as_java(kSerializationException)
      .wrap(error.kind(),
            fmt::format("Failed to serialize {} data from topic {} : ", format_->name(), topic));
}

Error RegistryConverter::reading_failed(std::string_view topic, const Error& error) const {
  return error.as_java(kSerializationException)
      .wrap(error.kind(),
            fmt::format("Failed to deserialize data for topic {} to {}: ", topic, format_->name()));
}

}  // namespace sluice::converters
