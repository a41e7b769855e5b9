#include "connectors/datagen/options.h"

#include "connectors/datagen/quickstarts.h"

namespace sluice::connectors::datagen {
namespace {

using sdk::ConfigDef;
using sdk::ConfigItem;
using sdk::ConfigType;
using sdk::Importance;
using sdk::Validator;

constexpr std::string_view kTopic = "kafka.topic";
constexpr std::string_view kQuickstart = "quickstart";
constexpr std::string_view kMaxInterval = "max.interval";
constexpr std::string_view kIterations = "iterations";
constexpr std::string_view kRandomSeed = "random.seed";
constexpr std::string_view kSeed = "sluice.datagen.seed";
constexpr std::string_view kRate = "sluice.datagen.rate";

Validator known_quickstart() {
  std::string all;
  for (const std::string& name : quickstart_names()) all += (all.empty() ? "" : ", ") + name;
  return {[all](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
            if (find_quickstart(std::get<std::string>(item)) != nullptr) return std::nullopt;
            return "must be one of: " + all;
          },
          "[" + all + "]"};
}

Validator refused() {
  return {[](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
            const auto* text = std::get_if<std::string>(&item);
            if (text == nullptr || text->empty()) return std::nullopt;
            return "schemas of one's own are not supported here; set quickstart instead";
          },
          "empty"};
}

void define_java_keys(ConfigDef& def) {
  def.define({.name = std::string(kTopic),
              .type = ConfigType::kString,
              .validator = sdk::non_empty(),
              .importance = Importance::kHigh,
              .doc = "Topic to write to"})
      .define({.name = std::string(kQuickstart),
               .type = ConfigType::kString,
               .validator = known_quickstart(),
               .importance = Importance::kHigh,
               .doc = "Name of the kind of records to make, upper or lower case"})
      .define({.name = std::string(kMaxInterval),
               .type = ConfigType::kLong,
               .default_value = "500",
               .importance = Importance::kHigh,
               .doc = "Max interval between messages (ms); records come at twice its rate. 0 or less: "
                      "without a pause. "
                      "Without effect where sluice.datagen.rate is set"})
      .define({.name = std::string(kIterations),
               .type = ConfigType::kLong,
               .default_value = "-1",
               .importance = Importance::kHigh,
               .doc = "Number of messages that each task makes, or less than 1 for unlimited"})
      .define({.name = std::string(kRandomSeed),
               .type = ConfigType::kLong,
               .default_value = nullptr,
               .importance = Importance::kLow,
               .doc = "Seed of the generator; see sluice.datagen.seed"});
  for (const char* key : {"schema.string", "schema.filename", "schema.keyfield"}) {
    def.define({.name = key,
                .type = ConfigType::kString,
                .default_value = "",
                .validator = refused(),
                .importance = Importance::kLow,
                .doc = "Not supported here: set quickstart"});
  }
}

ConfigDef make() {
  ConfigDef def;
  define_java_keys(def);
  def.define({.name = std::string(kSeed),
              .type = ConfigType::kLong,
              .default_value = nullptr,
              .importance = Importance::kLow,
              .doc = "Seed of the generator: the same seed makes the same records. Not set: another one each "
                     "time the "
                     "connector is created"})
      .define(
          {.name = std::string(kRate),
           .type = ConfigType::kDouble,
           .default_value = nullptr,
           .validator = Validator{[](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
                                    const auto* rate = std::get_if<double>(&item);
                                    if (rate == nullptr || *rate >= 0) return std::nullopt;
                                    return "Value must be at least 0";
                                  },
                                  "[0,...]"},
           .importance = Importance::kLow,
           .doc = "Records per second and task; 0: as fast as they are taken"});
  return def;
}

}  // namespace

const ConfigDef& options_def() {
  static const ConfigDef def = make();
  return def;
}

Result<Options> parse_options(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, options_def().parse(properties));
  Options options;
  options.topic = config.get_string(kTopic);
  options.quickstart = find_quickstart(config.get_string(kQuickstart));
  options.iterations = config.get_int(kIterations) < 1 ? -1 : config.get_int(kIterations);
  for (const std::string_view key : {kRandomSeed, kSeed}) {
    if (config.has(key)) options.seed = static_cast<uint64_t>(config.get_int(key));
  }
  const int64_t max_interval_ms = config.get_int(kMaxInterval);
  if (config.has(kRate)) {
    options.records_per_second = config.get_double(kRate);
  } else if (max_interval_ms > 0) {
    options.records_per_second =
        2000.0 / static_cast<double>(max_interval_ms);  // pauses are half of it on average
  }
  return options;
}

}  // namespace sluice::connectors::datagen
