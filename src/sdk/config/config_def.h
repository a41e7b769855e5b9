#pragma once
// Option definitions (org.apache.kafka.common.config.ConfigDef): parsing, validation, the REST answer, the
// reference pages and the web form all come from them. A definition is built once and then only read, from
// any thread.
//
//   const ConfigDef def = ConfigDef()
//       .define({.name = "file", .type = ConfigType::kString, .default_value = nullptr, .doc = "…"});

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::sdk {

enum class ConfigType : uint8_t { kBoolean, kString, kInt, kShort, kLong, kDouble, kList, kClass, kPassword };
enum class Importance : uint8_t { kHigh, kMedium, kLow };
enum class Width : uint8_t { kNone, kShort, kMedium, kLong };

/// Java's names, e.g. "PASSWORD", "HIGH", "MEDIUM".
std::string_view config_type_name(ConfigType type);
std::string_view importance_name(Importance importance);
std::string_view width_name(Width width);

/// A parsed option. monostate is Java's null. Lists are vectors; classes and passwords are text.
using ConfigItem = std::variant<std::monostate, bool, int64_t, double, std::string, std::vector<std::string>>;

/// Checks a parsed, non-null item; returns the reason why it is refused, without name and value, or nothing.
struct Validator {
  std::function<std::optional<std::string>(std::string_view name, const ConfigItem& item)> check{};
  std::string text{};  // how the reference pages describe the allowed values, e.g. "[1,...]"
  /// The reason why null is refused; most validators let it pass.
  std::optional<std::string> null_reason{};
  /// Lists are handed to `check` element by element, as texts, and errors name the element.
  bool each_element = false;
  /// `check` and `null_reason` give the whole error text, for validators of Kafka that throw their own.
  bool whole_text = false;
  /// More validators, asked after `check` (which may be empty) has agreed.
  std::vector<Validator> parts{};
};

// Validators with Kafka's texts ("Value must be at least 1", "String must be one of: a, b").
Validator at_least(int64_t minimum);
Validator at_least(double minimum);
Validator between(int64_t minimum, int64_t maximum);
Validator one_of(std::vector<std::string> allowed);                // ValidString.in
Validator one_of_ignoring_case(std::vector<std::string> allowed);  // CaseInsensitiveValidString.in
Validator non_empty();                                             // NonEmptyString
Validator non_empty_without_control_chars();                       // NonEmptyStringWithoutControlChars
Validator list_of(std::vector<std::string> allowed);               // ValidList.in
Validator both(Validator first, Validator second);

/// Live suggestions for a form, from the other values in their parsed text form, defaults included
/// (Recommender).
struct Recommender {
  std::function<std::vector<std::string>(std::string_view name, const Properties& properties)> valid_values;
  std::function<bool(std::string_view name, const Properties& properties)> visible;
};

/// Marks an option that has to be given.
struct NoDefault {};
/// nullptr: Java's null. Text is parsed by the option's type.
using ConfigDefault = std::variant<NoDefault, std::nullptr_t, std::string>;

struct ConfigKey {
  std::string name;
  ConfigType type = ConfigType::kString;
  ConfigDefault default_value = NoDefault{};
  std::optional<Validator> validator{};  // initialisers: -Wextra warns about designated lists without
  Importance importance = Importance::kMedium;
  std::string doc{};
  std::string group{};
  int order = -1;
  Width width = Width::kNone;
  std::string display_name{};  // empty: the name
  std::vector<std::string> dependents{};
  std::optional<Recommender> recommender{};
  bool internal = false;  // left out of reference pages
};

/// One option's state after validation, as PUT …/config/validate answers it.
struct ConfigValue {
  std::string name;
  std::optional<std::string>
      value;  // as text, "[hidden]" for passwords; null if unset without default or unparsable
  std::vector<std::string> recommended_values;
  std::vector<std::string> errors;
  bool visible = true;
};

/// Parsed options. Getters of a name that the definition lacks, or of another type, end the process.
class Config {
 public:
  bool has(std::string_view name) const;  // present and not null
  bool get_boolean(std::string_view name) const;
  int64_t get_int(std::string_view name) const;  // of kInt, kShort and kLong
  double get_double(std::string_view name) const;
  const std::string& get_string(std::string_view name) const;  // "" if null; of kString, kClass, kPassword
  const std::vector<std::string>& get_list(std::string_view name) const;
  /// Everything that was given, unknown keys included.
  const Properties& originals() const { return originals_; }

 private:
  friend class ConfigDef;
  const ConfigItem& item(std::string_view name) const;
  std::map<std::string, ConfigItem, std::less<>> items_;
  Properties originals_;
};

class ConfigDef {
 public:
  /// Ends the process if the name is taken or the default does not parse.
  ConfigDef& define(ConfigKey key);
  ConfigDef& define_all(const ConfigDef& other);
  /// Keys that are read although they are not defined, as some of Java's connectors do; one that ends in a
  /// point stands for all that begin with it.
  ConfigDef& honour(std::vector<std::string> keys);

  const std::vector<ConfigKey>& keys() const { return keys_; }  // in order of definition
  const ConfigKey* find(std::string_view name) const;

  /// The first problem as Kafka words it, kind kBadConfig: `Invalid value x for configuration y: reason`,
  /// `Missing required configuration "y" which has no default value.`
  Result<Config> parse(const Properties& properties) const;
  /// Every problem of every key.
  std::vector<ConfigValue> validate(const Properties& properties) const;
  /// Keys of `properties` that are neither defined nor honoured.
  std::vector<std::string> unknown_keys(const Properties& properties) const;

 private:
  std::vector<ConfigKey> keys_;
  std::map<std::string, size_t, std::less<>> index_;
  std::vector<std::string> honoured_;
};

/// Parses one text by type as Kafka does (trimmed). Error kind kBadConfig holds the reason only.
Result<ConfigItem> parse_config_item(std::string_view name, ConfigType type, std::string_view text);
/// An item as text, as ConfigDef.convertToString; "" for null. Does not hide passwords.
std::string config_item_text(const ConfigItem& item);

}  // namespace sluice::sdk
