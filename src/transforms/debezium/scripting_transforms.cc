#include "transforms/debezium/scripting_transforms.h"

#include <optional>
#include <string>

#include "base/java_regex.h"
#include "sdk/config/config_def.h"
#include "transforms/debezium/envelope.h"
#include "transforms/debezium/expression.h"
#include "transforms/debezium/modes.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/transform_config.h"

namespace sluice::transforms::debezium {
namespace {

constexpr const char* kNullNames[] = {"drop", "keep", "evaluate"};
enum class Nulls : uint8_t { kDrop, kKeep, kEvaluate };

/// The language of the name in Debezium's `language`.
Result<Expression::Language> parse_language(const std::string& text) {
  if (text == "jsr223.groovy") return Expression::Language::kGroovy;
  for (const char* name : {"jsr223.graal.js", "jsr223.js", "jsr223.javascript", "jsr223.ecmascript"}) {
    if (text == name) return Expression::Language::kJavaScript;
  }
  return bad_config("Value for option 'language' must be 'jsr223.groovy' or 'jsr223.graal.js', not '" + text +
                    "': Sluice reads expressions of these two itself")
      .as_java(kException);
}

class ScriptingTransform : public sdk::Transform {
 public:
  Status configure(const sdk::Properties& properties) final {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    SLUICE_ASSIGN_OR_RETURN(const auto language, parse_language(parsed.get_string("language")));
    const std::string& text = parsed.get_string(expression_key());
    auto compiled = Expression::compile(text, language);
    if (!compiled.ok()) {
      return bad_config("Failed to parse expression '" + text + "': " + compiled.error().message())
          .as_java(kException);
    }
    expression_ = *std::move(compiled);
    nulls_ = static_cast<Nulls>(mode_of(kNullNames, parsed.get_string("null.handling.mode")));
    if (parsed.get_string("topic.regex").empty()) return {};
    SLUICE_ASSIGN_OR_RETURN(topics_, JavaRegex::compile(parsed.get_string("topic.regex")));
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) final {
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      uint8_t& is_dropped = dropped[static_cast<size_t>(&record - records.data())];
      if (topics_) {
        SLUICE_ASSIGN_OR_RETURN(const bool matches, topics_->matches(record.topic));
        if (!matches) return {};
      }
      if (record.value.is_null() && nulls_ != Nulls::kEvaluate) {
        is_dropped = nulls_ == Nulls::kDrop ? 1 : 0;
        return {};
      }
      const auto result = expression_->evaluate(record, arena);
      if (!result.ok()) return result.error().as_java(kException);
      return decide(*result, record, is_dropped);
    });
  }

 protected:
  static sdk::ConfigDef make_config(const char* expression_key, const char* doc) {
    return sdk::ConfigDef()
        .define(
            {.name = "topic.regex",
             .default_value = nullptr,
             .validator = optional_regex(),
             .importance = sdk::Importance::kLow,
             .doc = "Regular expression: only records of topics that it matches as a whole are looked at."})
        .define({.name = "language",
                 .importance = sdk::Importance::kHigh,
                 .doc = "`jsr223.groovy` or `jsr223.graal.js`. Sluice reads one expression of either itself: "
                        "comparisons, `&&`, `||`, `!`, `in`, arithmetic, `?:`, members, methods of texts, "
                        "lists, maps and structs, patterns; no statements."})
        .define({.name = expression_key, .importance = sdk::Importance::kHigh, .doc = doc})
        .define({.name = "null.handling.mode",
                 .default_value = "keep",
                 .validator = one_of_modes(kNullNames),
                 .importance = sdk::Importance::kLow,
                 .doc =
                     "Records without a value: `keep` lets them pass, `drop` does not, `evaluate` asks the "
                     "expression."});
  }
  const std::string& expression_text() const { return expression_->text(); }

 private:
  virtual const char* expression_key() const = 0;
  virtual Status decide(const sdk::Value& result, sdk::Record& record, uint8_t& dropped) const = 0;

  std::optional<Expression> expression_;
  std::optional<JavaRegex> topics_;
  Nulls nulls_ = Nulls::kKeep;
};

class Filter final : public ScriptingTransform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config(
        kKey,
        "The expression, e.g. `value.op == 'u' && value.after.price > 100`; records for which it is "
        "false are dropped. Variables: key, value, keySchema, valueSchema, topic, header.");
    return kDef;
  }

 private:
  static constexpr const char* kKey = "condition";
  const char* expression_key() const override { return kKey; }

  Status decide(const sdk::Value& result, sdk::Record& /*record*/, uint8_t& dropped) const override {
    if (result.kind() != sdk::Kind::kBoolean) {
      return bad_record("The expression '" + expression_text() + "' has to give true or false, not " +
                        (result.is_null() ? "null" : class_text(result)))
          .as_java(kException);
    }
    dropped = result.as_boolean() ? 0 : 1;
    return {};
  }
};

class ContentBasedRouter final : public ScriptingTransform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config(
        kKey,
        "The expression for the topic, e.g. `value.op == 'u' ? 'updates' : null`; null leaves the "
        "topic as it is. Variables: key, value, keySchema, valueSchema, topic, header.");
    return kDef;
  }

 private:
  static constexpr const char* kKey = "topic.expression";
  const char* expression_key() const override { return kKey; }

  Status decide(const sdk::Value& result, sdk::Record& record, uint8_t& /*dropped*/) const override {
    if (result.is_null()) return {};
    if (result.kind() != sdk::Kind::kString) {
      return bad_record("The expression '" + expression_text() + "' has to give a text or null, not " +
                        class_text(result))
          .as_java(kException);
    }
    record.topic = result.as_string();
    return {};
  }
};

}  // namespace

std::unique_ptr<sdk::Transform> make_filter() { return std::make_unique<Filter>(); }
std::unique_ptr<sdk::Transform> make_content_based_router() { return std::make_unique<ContentBasedRouter>(); }

}  // namespace sluice::transforms::debezium
