#include "transforms/filter.h"

#include <algorithm>

#include "sdk/config/config_def.h"

namespace sluice::transforms {
namespace {

class Filter final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef;
    return kDef;
  }
  Status configure(const sdk::Properties& /*properties*/) override { return {}; }

  void apply(std::span<sdk::Record> /*records*/, sdk::Arena& /*arena*/, std::span<uint8_t> dropped,
             sdk::RecordErrors& /*errors*/) override {
    std::fill(dropped.begin(), dropped.end(), uint8_t{1});
  }
};

}  // namespace

std::unique_ptr<sdk::Transform> make_filter() { return std::make_unique<Filter>(); }

}  // namespace sluice::transforms
