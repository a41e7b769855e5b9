#include "connectors/cdc/common/signal_channels.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "connectors/cdc/common/run_id.h"
#include "formats/json/json_writer.h"

namespace sluice::connectors::cdc {
namespace {

constexpr std::string_view kConsumer = "consumer.";

}  // namespace

Result<sdk::TopicRecord> signal_record(const CommonOptions& options, std::string_view signal,
                                       const Clock& clock) {
  if (options.signal_topic.empty()) {
    return bad_record(
        "The connector looks for signals in its signal table only; to be told by REST, it needs kafka among "
        "signal.enabled.channels, and signal.kafka.bootstrap.servers");
  }
  auto parsed = parse_signal(signal);
  if (!parsed.ok()) return parsed.error().with_context("The signal cannot be taken");
  if (parsed->id.empty()) parsed->id = make_run_id(clock);
  sdk::TopicRecord record{{options.signal_topic, options.signal_client}, options.names.prefix(), {}};
  for (const auto& [key, value] : options.signal_client) {
    const std::string_view name = std::string_view(key).substr(std::min(key.size(), kConsumer.size()));
    const bool secures =
        name.starts_with("security.") || name.starts_with("sasl.") || name.starts_with("ssl.");
    if (key.starts_with(kConsumer) && secures) record.log.client["producer." + std::string(name)] = value;
  }
  json::TextBuffer out;
  out.append(R"({"id":)");
  json::write_string(out, parsed->id);
  out.append(R"(,"type":)");
  json::write_string(out, parsed->type);
  out.append(R"(,"data":)");
  out.append(parsed->data.empty() ? "{}" : parsed->data);
  out.push_back('}');
  record.value = out.view();
  return record;
}

Result<std::unique_ptr<SignalChannels>> SignalChannels::open(const CommonOptions& options,
                                                             sdk::SourceTaskContext& context,
                                                             const Clock& clock) {
  auto channels = std::unique_ptr<SignalChannels>(new SignalChannels(options, clock));
  if (options.signal_topic.empty()) return channels;
  SLUICE_ASSIGN_OR_RETURN(channels->topic_,
                          context.open_topic({options.signal_topic, options.signal_client}));
  return channels;
}

Result<std::vector<Signal>> SignalChannels::read(OffsetExtras& extras, bool has_position) {
  std::vector<Signal> signals;
  if (options_.signal_file.empty() && topic_ == nullptr) return signals;
  const int64_t now_ms = clock_.steady_ms();
  if (looked_ms_ != 0 && now_ms - looked_ms_ < options_.signal_interval_ms) return signals;
  looked_ms_ = now_ms;
  if (!options_.signal_file.empty()) read_file(signals);
  if (topic_ != nullptr) SLUICE_RETURN_IF_ERROR(read_topic(extras, has_position, signals));
  return signals;
}

/// The file is emptied: a signal is given once.
void SignalChannels::read_file(std::vector<Signal>& signals) {
  std::ifstream file(options_.signal_file);
  if (!file) return;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  file.close();
  if (lines.empty()) return;
  std::error_code failed;
  std::filesystem::resize_file(options_.signal_file, 0, failed);
  if (failed) {
    log::warn("Signals in {} are not looked at, for the file cannot be emptied: {}", options_.signal_file,
              failed.message());
    return;
  }
  for (const std::string& line : lines) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto signal = parse_signal(line);
    if (signal.ok()) {
      signals.push_back(*std::move(signal));
    } else {
      log::warn("A line of {} is no signal: {}: {}", options_.signal_file, signal.error().message(), line);
    }
  }
}

Status SignalChannels::read_topic(OffsetExtras& extras, bool has_position, std::vector<Signal>& signals) {
  const bool skips_old = has_position && !extras.signal_offset;
  int64_t last = extras.signal_offset.value_or(-1);
  const auto each = [&](int64_t offset, BytesView key, BytesView value) -> Status {
    if (offset <= last) return {};
    last = offset;
    if (skips_old || is_null(value) || key != options_.names.prefix()) return {};
    auto signal = parse_signal(value);
    if (signal.ok()) {
      signals.push_back(*std::move(signal));
    } else {
      log::warn("Record {} of topic {} is no signal: {}", offset, options_.signal_topic,
                signal.error().message());
    }
    return {};
  };
  SLUICE_RETURN_IF_ERROR(topic_->read_new(each));
  extras.signal_offset = last;
  return {};
}

}  // namespace sluice::connectors::cdc
