#include "transforms/drop_headers.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

class DropHeaders final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef().define({.name = "headers",
                                 .type = sdk::ConfigType::kList,
                                 .validator = non_empty_list(),
                                 .importance = sdk::Importance::kHigh,
                                 .doc = "Names of the headers that records lose. All headers of such a "
                                        "name go; a name that a record does not have changes nothing."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    names_ = parsed.get_list("headers");
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& /*errors*/) override {
    for (sdk::Record& record : records) drop(record, arena);
  }

 private:
  bool is_dropped(const sdk::Header& header) const {
    return std::find(names_.begin(), names_.end(), header.key) != names_.end();
  }

  void drop(sdk::Record& record, sdk::Arena& arena) const {
    const auto headers = record.headers();
    const auto gone = std::count_if(headers.begin(), headers.end(),
                                    [&](const sdk::Header& header) { return is_dropped(header); });
    if (gone == 0) return;
    const size_t left = headers.size() - static_cast<size_t>(gone);
    auto* kept = arena.array<sdk::Header>(left);
    std::copy_if(headers.begin(), headers.end(), kept,
                 [&](const sdk::Header& header) { return !is_dropped(header); });
    record.header_data = kept;
    record.header_count = static_cast<uint32_t>(left);
  }

  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_drop_headers() { return std::make_unique<DropHeaders>(); }

}  // namespace sluice::transforms
