#include "transforms/timestamp_router.h"

#include <optional>
#include <string>

#include "sdk/config/config_def.h"
#include "transforms/java_date_format.h"
#include "transforms/record_loop.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kTopic = "${topic}";
constexpr std::string_view kTimestamp = "${timestamp}";

std::string replace_all(std::string_view text, std::string_view placeholder, std::string_view value) {
  std::string out;
  for (;;) {
    const size_t at = text.find(placeholder);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    out.append(value);
    text.remove_prefix(at + placeholder.size());
  }
}

class TimestampRouter final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "topic.format",
                     .default_value = "${topic}-${timestamp}",
                     .importance = sdk::Importance::kHigh,
                     .doc =
                         "The new topic. `${topic}` stands for the old one, `${timestamp}` for the record's "
                         "timestamp as `timestamp.format` writes it."})
            .define(
                {.name = "timestamp.format",
                 .default_value = "yyyyMMdd",
                 .importance = sdk::Importance::kHigh,
                 .doc = "How the timestamp is written, in UTC: a pattern of java.text.SimpleDateFormat."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    topic_format_ = parsed.get_string("topic.format");
    const std::string& pattern = parsed.get_string("timestamp.format");
    auto format = JavaDateFormat::compile(pattern, 0);
    if (!format.ok()) {
      return bad_config("Invalid value " + pattern +
                        " for configuration timestamp.format: " + format.error().message());
    }
    format_ = std::move(*format);
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    std::string_view old_topic;
    std::string time;
    std::string last_time;
    std::string_view route;  // mostly the same again
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      if (record.timestamp == sdk::kNoTimestamp)
        return bad_record("Timestamp missing on record: ConnectRecord{topic='" + std::string(record.topic) +
                          "'}");
      time.clear();
      format_->format(time, record.timestamp);
      if (route.data() == nullptr || record.topic != old_topic || time != last_time) {
        route = arena.copy(replace_all(replace_all(topic_format_, kTopic, record.topic), kTimestamp, time));
        old_topic = record.topic;
        last_time = time;
      }
      record.topic = route;
      return {};
    });
  }

 private:
  std::string topic_format_;
  std::optional<JavaDateFormat> format_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_timestamp_router() { return std::make_unique<TimestampRouter>(); }

}  // namespace sluice::transforms
