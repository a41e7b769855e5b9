#include "connectors/file/options.h"

namespace sluice::connectors::file {

using sdk::ConfigDef;
using sdk::ConfigType;
using sdk::Importance;

const ConfigDef& source_options() {
  static const ConfigDef def =
      ConfigDef()
          .define({.name = std::string(kFile),
                   .type = ConfigType::kString,
                   .default_value = nullptr,
                   .importance = Importance::kHigh,
                   .doc = "Source filename. If not specified, the standard input will be used"})
          .define({.name = std::string(kTopic),
                   .type = ConfigType::kString,
                   .validator = sdk::non_empty(),
                   .importance = Importance::kHigh,
                   .doc = "The topic to publish data to"})
          .define({.name = std::string(kBatchSize),
                   .type = ConfigType::kInt,
                   .default_value = "2000",
                   .importance = Importance::kLow,
                   .doc =
                       "The maximum number of records the source task can read from the file each time it is "
                       "polled"});
  return def;
}

const ConfigDef& sink_options() {
  static const ConfigDef def =
      ConfigDef().define({.name = std::string(kFile),
                          .type = ConfigType::kString,
                          .default_value = nullptr,
                          .importance = Importance::kHigh,
                          .doc = "Destination filename. If not specified, the standard output will be used"});
  return def;
}

}  // namespace sluice::connectors::file
