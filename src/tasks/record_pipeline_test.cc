#include "tasks/record_pipeline.h"

#include <gtest/gtest.h>

#include "tasks/testing_fakes.h"

namespace sluice::tasks {
namespace {

/// Tells in a header how each text was written; refuses others the first time it sees them.
class HeaderWritingConverter final : public sdk::Converter {
 public:
  explicit HeaderWritingConverter(std::string_view header) : header_(header) {}
  const sdk::ConfigDef& config() const override { return texts_.config(); }
  Status configure(const sdk::Properties&, sdk::ConverterRole) override { return {}; }
  void from_data(std::span<const sdk::DataItem> items, sdk::Arena&, std::span<BytesView> out,
                 sdk::RecordErrors& errors) override {
    headers_.assign(items.size(), {});
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].value.is_null()) continue;
      out[i] = items[i].value.as_string();
      if (out[i] == "later" && !std::exchange(is_later_, true)) {
        errors.add(i, retriable("not yet"));
      } else {
        headers_[i] = {header_, out[i]};
      }
    }
  }
  void to_data(std::span<const sdk::BytesItem>, sdk::Arena&, std::span<sdk::SchemaAndValue>,
               sdk::RecordErrors&) override {}
  std::span<const RawHeader> headers() const override { return headers_; }

 private:
  TextConverter texts_;
  const std::string_view header_;
  std::vector<RawHeader> headers_;
  bool is_later_ = false;
};

TEST(RecordPipeline, HeadersOfSchemasComeAfterTheRecordsOwn) {
  ConverterSet converters;
  converters.key = std::make_unique<HeaderWritingConverter>("k");
  converters.value = std::make_unique<HeaderWritingConverter>("v");
  converters.header = std::make_unique<NoHeaderConverter>();
  StopSignal stop;
  RecordPipeline pipeline(
      std::move(converters), TransformChain(),
      std::make_unique<ErrorPolicy>(ErrorPolicyOptions{.retry_timeout_ms = 60'000, .retry_delay_max_ms = 1},
                                    system_clock(), stop));
  sdk::RecordBatch batch;
  const sdk::Header own{"own", nullptr, {}};
  for (const char* value : {"a", "later", ""}) {
    sdk::Record record;
    record.topic = "t";
    record.key = sdk::Value::string("key");
    if (*value != 0) record.value = sdk::Value::string(value);
    record.header_data = &own;
    record.header_count = 1;
    batch.records().push_back(record);
  }
  std::vector<kafka::OutgoingMessage> messages;
  ASSERT_TRUE(pipeline.to_messages(batch, messages).ok());
  std::vector<std::string> told;
  for (const auto& message : messages) {
    std::string text;
    for (const RawHeader& header : message.headers) {
      text.append(header.key).append("=").append(header.value).append(" ");
    }
    told.push_back(text);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"own= k=key v=a ", "own= k=key v=later ", "own= k=key "}));
}

}  // namespace
}  // namespace sluice::tasks
