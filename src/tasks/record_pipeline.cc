#include "tasks/record_pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::tasks {
namespace {

sdk::TimestampType to_sdk(kafka::TimestampType type) { return static_cast<sdk::TimestampType>(type); }

sdk::Record record_of(const kafka::ConsumedMessage& message, uint32_t origin) {
  sdk::Record record;
  record.topic = message.topic;
  record.partition = message.partition;
  record.original_topic = message.topic;
  record.original_partition = message.partition;
  record.offset = message.offset;
  record.timestamp = message.timestamp;
  record.timestamp_type = to_sdk(message.timestamp_type);
  record.origin = origin;
  return record;
}

bool any(std::span<const uint8_t> marks) {
  return std::any_of(marks.begin(), marks.end(), [](uint8_t mark) { return mark != 0; });
}

/// Whether both have one list, which many a connector gives to all its records. Converters see the topic too.
bool same_headers(const sdk::Record& left, const sdk::Record& right) {
  return left.header_data == right.header_data && left.header_count == right.header_count &&
         left.topic.data() == right.topic.data();
}

Result<std::span<const RawHeader>> headers_to_bytes(sdk::HeaderConverter& converter,
                                                    const sdk::Record& record, sdk::Arena& arena) {
  auto* raw = arena.array<RawHeader>(record.header_count);
  for (uint32_t i = 0; i < record.header_count; ++i) {
    const sdk::Header& header = record.header_data[i];
    SLUICE_ASSIGN_OR_RETURN(const BytesView bytes, converter.from_data(record.topic, header.key,
                                                                       header.schema, header.value, arena));
    raw[i] = {header.key, bytes};
  }
  return std::span<const RawHeader>(raw, record.header_count);
}

Status headers_to_data(sdk::HeaderConverter& converter, const kafka::ConsumedMessage& message,
                       sdk::Arena& arena, sdk::Record& record) {
  auto* headers = arena.array<sdk::Header>(message.headers.size());
  for (size_t i = 0; i < message.headers.size(); ++i) {
    const RawHeader& raw = message.headers[i];
    SLUICE_ASSIGN_OR_RETURN(const auto data, converter.to_data(message.topic, raw.key, raw.value, arena));
    headers[i] = {raw.key, data.schema, data.value};
  }
  record.header_data = headers;
  record.header_count = static_cast<uint32_t>(message.headers.size());
  return {};
}

}  // namespace

FailureContext RecordPipeline::BatchOrigins::failure(Stage stage, std::string_view class_name,
                                                     const Error& error, uint32_t origin) {
  FailureContext context{.stage = stage,
                         .class_name = class_name,
                         .error = error,
                         .message = nullptr,
                         .message_owner = nullptr,
                         .source_record = nullptr};
  if (messages != nullptr) {
    context.message = &messages->messages[origin];
    context.message_owner = messages->owner;
  } else if (!polled.empty()) {
    context.source_record = &polled[origin];
  } else if (records != nullptr) {
    const auto found = std::find_if(records->begin(), records->end(),
                                    [&](const sdk::Record& record) { return record.origin == origin; });
    if (found != records->end()) context.source_record = &*found;
  }
  return context;
}

RecordPipeline::RecordPipeline(ConverterSet converters, TransformChain chain,
                               std::unique_ptr<ErrorPolicy> policy)
    : converters_(std::move(converters)), chain_(std::move(chain)), policy_(std::move(policy)) {}

FailureContext RecordPipeline::failure_of(Stage stage, std::string_view class_name, const Error& error,
                                          uint32_t origin) {
  return origins_.failure(stage, class_name, error, origin);
}

Status RecordPipeline::encode(sdk::RecordBatch& batch, Part part, StageRunner& stages,
                              std::vector<BytesView>& out, std::span<uint8_t> skipped) {
  const bool is_key = part == Part::kKey;
  const auto& records = batch.records();
  data_items_.clear();
  data_items_.reserve(records.size());
  for (const sdk::Record& record : records) {
    data_items_.push_back(is_key ? sdk::DataItem{record.topic, record.key_schema, record.key}
                                 : sdk::DataItem{record.topic, record.value_schema, record.value});
  }
  out.assign(records.size(), kNullBytes);
  sdk::Converter& converter = is_key ? *converters_.key : *converters_.value;
  sdk::RecordErrors errors;
  converter.from_data(data_items_, batch.arena(), out, errors);
  schema_headers_[static_cast<size_t>(part)].clear();
  take_schema_headers(converter.headers(), part, 0);
  if (errors.empty()) return {};
  const auto again = [&](size_t i) {
    sdk::RecordErrors once;
    converter.from_data({&data_items_[i], 1}, batch.arena(), {&out[i], 1}, once);
    take_schema_headers(converter.headers(), part, i);
    return first_error(once);
  };
  return stages.settle(
      {is_key ? Stage::kKeyConverter : Stage::kValueConverter,
       is_key ? converters_.key_class : converters_.value_class},
      errors, again, [&](size_t i) { return records[i].origin; }, skipped);
}

void RecordPipeline::take_schema_headers(std::span<const RawHeader> headers, Part part, size_t first) {
  if (headers.empty()) return;
  auto& taken = schema_headers_[static_cast<size_t>(part)];
  taken.resize(data_items_.size());
  std::copy(headers.begin(), headers.end(), taken.begin() + static_cast<ptrdiff_t>(first));
}

std::span<const RawHeader> RecordPipeline::with_schema_headers(std::span<const RawHeader> headers,
                                                               size_t index, sdk::Arena& arena) const {
  auto* all = arena.array<RawHeader>(headers.size() + schema_headers_.size());
  auto* end = std::copy(headers.begin(), headers.end(), all);
  for (const auto& of_part : schema_headers_) {
    if (!of_part.empty() && !of_part[index].key.empty()) *end++ = of_part[index];
  }
  return {all, static_cast<size_t>(end - all)};
}

Status RecordPipeline::encode_headers(sdk::RecordBatch& batch, StageRunner& stages,
                                      std::vector<std::span<const RawHeader>>& out,
                                      std::span<uint8_t> skipped) {
  const auto& records = batch.records();
  out.assign(records.size(), {});
  sdk::RecordErrors errors;
  const auto convert = [&](size_t i) -> std::optional<Error> {
    auto raw = headers_to_bytes(*converters_.header, records[i], batch.arena());
    if (!raw.ok()) return raw.error();
    out[i] = *raw;
    return std::nullopt;
  };
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].header_count == 0) continue;
    if (i > 0 && !out[i - 1].empty() && same_headers(records[i - 1], records[i])) {
      out[i] = out[i - 1];
      continue;
    }
    if (auto error = convert(i)) errors.add(i, *std::move(error));
  }
  return stages.settle(
      {Stage::kHeaderConverter, converters_.header_class}, errors, convert,
      [&](size_t i) { return records[i].origin; }, skipped);
}

Status RecordPipeline::to_messages(sdk::RecordBatch& batch, std::vector<kafka::OutgoingMessage>& messages) {
  auto& records = batch.records();
  for (uint32_t i = 0; i < records.size(); ++i) records[i].origin = i;
  origins_.messages = nullptr;
  origins_.records = &records;
  origins_.polled.clear();
  if (!chain_.empty()) origins_.polled = records;
  StageRunner stages(*policy_, origins_);
  SLUICE_RETURN_IF_ERROR(chain_.apply(batch, stages));

  messages.clear();
  if (records.empty()) return {};
  skipped_.assign(records.size(), 0);
  SLUICE_RETURN_IF_ERROR(encode_headers(batch, stages, headers_, skipped_));
  SLUICE_RETURN_IF_ERROR(encode(batch, Part::kKey, stages, keys_, skipped_));
  SLUICE_RETURN_IF_ERROR(encode(batch, Part::kValue, stages, values_, skipped_));
  const bool schemas_in_headers = !schema_headers_[0].empty() || !schema_headers_[1].empty();
  messages.reserve(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    if (skipped_[i] != 0) continue;
    const sdk::Record& record = records[i];
    if (record.timestamp < sdk::kNoTimestamp) {
      return failed(fmt::format("Invalid record timestamp {} (topic {})", record.timestamp, record.topic));
    }
    const auto headers =
        schemas_in_headers ? with_schema_headers(headers_[i], i, batch.arena()) : headers_[i];
    messages.push_back({record.topic, keys_[i], values_[i], headers, record.timestamp, record.partition});
  }
  if (any(skipped_)) remove_marked(records, skipped_);
  return {};
}

Status RecordPipeline::decode(const kafka::MessageBatch& messages, sdk::RecordBatch& batch, Part part,
                              StageRunner& stages, std::span<uint8_t> skipped) {
  const bool is_key = part == Part::kKey;
  bytes_items_.clear();
  bytes_items_.reserve(messages.messages.size());
  for (const kafka::ConsumedMessage& message : messages.messages) {
    bytes_items_.push_back({message.topic, is_key ? message.key : message.value, message.headers});
  }
  decoded_.assign(bytes_items_.size(), {});
  sdk::Converter& converter = is_key ? *converters_.key : *converters_.value;
  sdk::RecordErrors errors;
  converter.to_data(bytes_items_, batch.arena(), decoded_, errors);
  if (!errors.empty()) {
    const auto again = [&](size_t i) {
      sdk::RecordErrors once;
      converter.to_data({&bytes_items_[i], 1}, batch.arena(), {&decoded_[i], 1}, once);
      return first_error(once);
    };
    SLUICE_RETURN_IF_ERROR(stages.settle(
        {is_key ? Stage::kKeyConverter : Stage::kValueConverter,
         is_key ? converters_.key_class : converters_.value_class},
        errors, again, [](size_t i) { return static_cast<uint32_t>(i); }, skipped));
  }
  for (size_t i = 0; i < decoded_.size(); ++i) {
    sdk::Record& record = batch.records()[i];
    (is_key ? record.key_schema : record.value_schema) = decoded_[i].schema;
    (is_key ? record.key : record.value) = decoded_[i].value;
  }
  return {};
}

Status RecordPipeline::decode_headers(const kafka::MessageBatch& messages, sdk::RecordBatch& batch,
                                      StageRunner& stages, std::span<uint8_t> skipped) {
  sdk::RecordErrors errors;
  const auto convert = [&](size_t i) -> std::optional<Error> {
    const Status status =
        headers_to_data(*converters_.header, messages.messages[i], batch.arena(), batch.records()[i]);
    return status.ok() ? std::nullopt : std::optional(status.error());
  };
  for (size_t i = 0; i < messages.messages.size(); ++i) {
    if (messages.messages[i].headers.empty() || skipped[i] != 0) continue;
    if (auto error = convert(i)) errors.add(i, *std::move(error));
  }
  return stages.settle(
      {Stage::kHeaderConverter, converters_.header_class}, errors, convert,
      [](size_t i) { return static_cast<uint32_t>(i); }, skipped);
}

Status RecordPipeline::to_records(const kafka::MessageBatch& messages, sdk::RecordBatch& batch) {
  batch.clear();
  if (messages.messages.empty()) return {};
  batch.arena().keep(messages.owner);
  auto& records = batch.records();
  records.reserve(messages.messages.size());
  for (uint32_t i = 0; i < messages.messages.size(); ++i)
    records.push_back(record_of(messages.messages[i], i));

  origins_.messages = &messages;
  origins_.records = nullptr;
  origins_.polled.clear();
  StageRunner stages(*policy_, origins_);
  skipped_.assign(records.size(), 0);
  SLUICE_RETURN_IF_ERROR(decode(messages, batch, Part::kKey, stages, skipped_));
  SLUICE_RETURN_IF_ERROR(decode(messages, batch, Part::kValue, stages, skipped_));
  SLUICE_RETURN_IF_ERROR(decode_headers(messages, batch, stages, skipped_));
  if (any(skipped_)) remove_marked(records, skipped_);
  return chain_.apply(batch, stages);
}

}  // namespace sluice::tasks
