#include "transforms/predicates.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/java_regex.h"
#include "sdk/config/config_def.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

class TopicNameMatches final : public sdk::Predicate {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = sdk::ConfigDef().define(
        {.name = "pattern",
         .validator = both(sdk::non_empty(), valid_regex()),
         .importance = sdk::Importance::kMedium,
         .doc = "Regular expression (Java's syntax) that the whole name of the topic must match."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    SLUICE_ASSIGN_OR_RETURN(regex_, JavaRegex::compile(parsed.get_string("pattern")));
    return {};
  }

  void test(std::span<const sdk::Record> records, std::span<uint8_t> matches,
            sdk::RecordErrors& errors) override {
    std::string_view last_topic;  // records of one topic mostly come in a row
    Result<bool> fits = false;
    for (size_t i = 0; i < records.size(); ++i) {
      if (i == 0 || records[i].topic != last_topic) {
        last_topic = records[i].topic;
        fits = regex_->matches(last_topic);
      }
      matches[i] = fits.ok() && *fits ? 1 : 0;
      if (!fits.ok()) errors.add(i, fits.error());
    }
  }

 private:
  std::optional<JavaRegex> regex_;
};

class HasHeaderKey final : public sdk::Predicate {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef().define({.name = "name",
                                 .validator = sdk::non_empty(),
                                 .importance = sdk::Importance::kMedium,
                                 .doc = "Name of the header that a record must have."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    name_ = parsed.get_string("name");
    return {};
  }

  void test(std::span<const sdk::Record> records, std::span<uint8_t> matches,
            sdk::RecordErrors& /*errors*/) override {
    std::transform(records.begin(), records.end(), matches.begin(), [&](const sdk::Record& record) {
      const auto headers = record.headers();
      return std::any_of(headers.begin(), headers.end(),
                         [&](const sdk::Header& header) { return header.key == name_; });
    });
  }

 private:
  std::string name_;
};

class RecordIsTombstone final : public sdk::Predicate {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef;
    return kDef;
  }
  Status configure(const sdk::Properties& /*properties*/) override { return {}; }

  void test(std::span<const sdk::Record> records, std::span<uint8_t> matches,
            sdk::RecordErrors& /*errors*/) override {
    std::transform(records.begin(), records.end(), matches.begin(),
                   [](const sdk::Record& record) { return record.value.is_null(); });
  }
};

}  // namespace

std::unique_ptr<sdk::Predicate> make_topic_name_matches() { return std::make_unique<TopicNameMatches>(); }
std::unique_ptr<sdk::Predicate> make_has_header_key() { return std::make_unique<HasHeaderKey>(); }
std::unique_ptr<sdk::Predicate> make_record_is_tombstone() { return std::make_unique<RecordIsTombstone>(); }

}  // namespace sluice::transforms
