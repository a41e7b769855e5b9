#include "transforms/regex_router.h"

#include <optional>
#include <string>

#include "base/java_regex.h"
#include "sdk/config/config_def.h"
#include "transforms/record_loop.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

class RegexRouter final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "regex",
                     .validator = valid_regex(),
                     .importance = sdk::Importance::kHigh,
                     .doc = "Regular expression (Java's syntax). Topics that it matches as a whole are "
                            "renamed, the others stay."})
            .define({.name = "replacement",
                     .importance = sdk::Importance::kHigh,
                     .doc = "The new name. `$1` and `${name}` stand for groups of the expression."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    SLUICE_ASSIGN_OR_RETURN(regex_, JavaRegex::compile(parsed.get_string("regex")));
    replacement_ = parsed.get_string("replacement");
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    std::string_view last_topic;  // records of one topic mostly come in a row
    std::string_view last_route;
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      if (record.topic != last_topic || last_topic.data() == nullptr) {
        SLUICE_ASSIGN_OR_RETURN(const std::string_view route, route_of(record.topic, arena));
        last_topic = record.topic;
        last_route = route;
      }
      record.topic = last_route;
      return {};
    });
  }

 private:
  Result<std::string_view> route_of(std::string_view topic, sdk::Arena& arena) const {
    SLUICE_ASSIGN_OR_RETURN(const bool matches, regex_->matches(topic));
    if (!matches) return topic;
    SLUICE_ASSIGN_OR_RETURN(const std::string route, regex_->replace_first(topic, replacement_));
    return arena.copy(route);
  }

  std::optional<JavaRegex> regex_;
  std::string replacement_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_regex_router() { return std::make_unique<RegexRouter>(); }

}  // namespace sluice::transforms
