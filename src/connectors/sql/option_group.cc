#include "connectors/sql/option_group.h"

#include "connectors/sql/zone.h"

namespace sluice::connectors::sql {

OptionGroup& OptionGroup::add(std::string_view key, sdk::ConfigType type, sdk::ConfigDefault default_value,
                              sdk::Importance importance, std::string display, sdk::Width width,
                              std::string doc, std::optional<sdk::Validator> validator,
                              const std::vector<std::string>& recommended) {
  std::optional<sdk::Recommender> recommender;
  if (!recommended.empty()) {
    recommender =
        sdk::Recommender{[recommended](std::string_view, const sdk::Properties&) { return recommended; },
                         [](std::string_view, const sdk::Properties&) { return true; }};
  }
  def_.define({.name = std::string(key),
               .type = type,
               .default_value = std::move(default_value),
               .validator = std::move(validator),
               .importance = importance,
               .doc = std::move(doc),
               .group = name_,
               .order = ++order_,
               .width = width,
               .display_name = std::move(display),
               .recommender = std::move(recommender)});
  return *this;
}

sdk::Validator open_or(const sdk::Validator& choice) {
  return {[choice](std::string_view name, const sdk::ConfigItem& item) -> std::optional<std::string> {
            if (std::holds_alternative<std::monostate>(item)) return std::nullopt;
            return choice.check(name, item);
          },
          choice.text};
}

sdk::Validator timezone_check() {
  return {[](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
            const auto zone = Zone::find(std::get<std::string>(item));
            return zone.ok() ? std::optional<std::string>() : zone.error().message();
          },
          "a time zone's name"};
}

}  // namespace sluice::connectors::sql
