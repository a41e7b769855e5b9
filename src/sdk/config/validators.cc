// Validators with the texts of the nested classes of org.apache.kafka.common.config.ConfigDef.

#include <algorithm>
#include <utility>

#include "sdk/config/config_def.h"
#include "sdk/config/validate.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (&text != &texts.front()) joined.append(", ");
    joined.append(text);
  }
  return joined;
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

/// The order in which Java's HashSet lists these texts; Kafka's messages show it.
std::vector<std::string> in_hash_set_order(std::vector<std::string> texts) {
  size_t buckets = 16;
  while (texts.size() * 4 > buckets * 3) buckets *= 2;
  const auto bucket = [buckets](const std::string& text) {
    uint32_t hash = 0;
    for (const char c : text) hash = hash * 31 + static_cast<unsigned char>(c);
    return (hash ^ (hash >> 16)) & (buckets - 1);
  };
  std::stable_sort(texts.begin(), texts.end(),
                   [&](const std::string& a, const std::string& b) { return bucket(a) < bucket(b); });
  return texts;
}

double number_of(const ConfigItem& item) {
  const auto* integer = std::get_if<int64_t>(&item);
  return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(item);
}

Validator range(std::optional<double> minimum, std::optional<double> maximum, const std::string& minimum_text,
                const std::string& maximum_text) {
  Validator validator;
  validator.null_reason = "Value must be non-null";
  validator.text =
      "[" + (minimum ? minimum_text + "," : "") + "..." + (maximum ? "," + maximum_text : "") + "]";
  validator.check = [=](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
    const double number = number_of(item);
    if (minimum && number < *minimum) return "Value must be at least " + minimum_text;
    if (maximum && number > *maximum) return "Value must be no more than " + maximum_text;
    return std::nullopt;
  };
  return validator;
}

/// How an item stands in an error text (Java's toString).
std::string item_in_error(const ConfigKey& key, const ConfigItem& item) {
  if (std::holds_alternative<std::monostate>(item)) return "null";
  if (key.type == ConfigType::kPassword) return "[hidden]";
  if (const auto* list = std::get_if<std::vector<std::string>>(&item)) return "[" + join(*list) + "]";
  return config_item_text(item);
}

std::optional<std::string> find_refusal(const ConfigKey& key, const Validator& validator,
                                        const ConfigItem& item) {
  const auto refuse = [&](const ConfigItem& refused, const std::string& reason) {
    if (validator.whole_text) return reason;
    return invalid_value_text(key.name, item_in_error(key, refused), reason);
  };
  const auto* list = std::get_if<std::vector<std::string>>(&item);
  if (std::holds_alternative<std::monostate>(item)) {
    if (validator.null_reason) return refuse(item, *validator.null_reason);
  } else if (validator.check && validator.each_element && list != nullptr) {
    for (const std::string& element : *list) {
      if (auto reason = validator.check(key.name, element)) return refuse(element, *reason);
    }
  } else if (validator.check) {
    if (auto reason = validator.check(key.name, item)) return refuse(item, *reason);
  }
  for (const Validator& part : validator.parts) {
    if (auto refusal = find_refusal(key, part, item)) return refusal;
  }
  return std::nullopt;
}

}  // namespace

std::string invalid_value_text(std::string_view name, std::string_view value, std::string_view reason) {
  std::string text("Invalid value ");
  return text.append(value).append(" for configuration ").append(name).append(": ").append(reason);
}

std::optional<std::string> find_refusal(const ConfigKey& key, const ConfigItem& item) {
  if (!key.validator) return std::nullopt;
  return find_refusal(key, *key.validator, item);
}

Validator at_least(int64_t minimum) {
  return range(static_cast<double>(minimum), std::nullopt, std::to_string(minimum), "");
}

Validator at_least(double minimum) {
  std::string text;
  append_java_float64(text, minimum);
  return range(minimum, std::nullopt, text, "");
}

Validator between(int64_t minimum, int64_t maximum) {
  return range(static_cast<double>(minimum), static_cast<double>(maximum), std::to_string(minimum),
               std::to_string(maximum));
}

Validator one_of(std::vector<std::string> allowed) {
  Validator validator;
  validator.text = "[" + join(allowed) + "]";
  const std::string reason = "String must be one of: " + join(allowed);
  validator.null_reason = reason;
  validator.check = [allowed = std::move(allowed), reason](
                        std::string_view, const ConfigItem& item) -> std::optional<std::string> {
    const auto& text = std::get<std::string>(item);
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return std::nullopt;
    return reason;
  };
  return validator;
}

Validator one_of_ignoring_case(std::vector<std::string> allowed) {
  for (std::string& text : allowed) text = upper_case(text);
  allowed = in_hash_set_order(std::move(allowed));
  const std::string listed = join(allowed);
  Validator validator;
  validator.text = "(case insensitive) [" + listed + "]";
  validator.null_reason = "String must be one of (case insensitive): " + listed;
  validator.check = [allowed = std::move(allowed), reason = *validator.null_reason](
                        std::string_view, const ConfigItem& item) -> std::optional<std::string> {
    const std::string text = upper_case(std::get<std::string>(item));
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return std::nullopt;
    return reason;
  };
  return validator;
}

Validator non_empty() {
  Validator validator;
  validator.text = "non-empty string";
  validator.check = [](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
    if (!std::get<std::string>(item).empty()) return std::nullopt;
    return "String must be non-empty";
  };
  return validator;
}

Validator non_empty_without_control_chars() {
  Validator validator;
  validator.text = "non-empty string without ISO control characters";
  validator.check = [](std::string_view, const ConfigItem& item) -> std::optional<std::string> {
    const auto& text = std::get<std::string>(item);
    if (text.empty()) return "String may not be empty";
    std::vector<std::string> found;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
      if (c < 0x20 || c == 0x7F) found.push_back(std::to_string(c));
      if (c == 0xC2 && next >= 0x80 && next < 0xA0) found.push_back(std::to_string(next));  // C1 controls
    }
    if (found.empty()) return std::nullopt;
    return "String may not contain control sequences but had the following ASCII chars: " + join(found);
  };
  return validator;
}

Validator list_of(std::vector<std::string> allowed) {
  Validator validator = one_of(std::move(allowed));
  validator.null_reason.reset();
  validator.each_element = true;
  return validator;
}

Validator both(Validator first, Validator second) {
  Validator validator;
  validator.text = first.text + ", " + second.text;
  validator.parts.push_back(std::move(first));
  validator.parts.push_back(std::move(second));
  return validator;
}

}  // namespace sluice::sdk
