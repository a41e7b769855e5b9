#include "transforms/insert_header.h"

#include <string>

#include "sdk/config/config_def.h"
#include "sdk/data/value_parser.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

/// What the header's value points into; kept by every batch that has it.
struct Literal {
  std::string name;
  std::string text;
  sdk::Arena arena;
  sdk::ParsedValue parsed;
};

class InsertHeader final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "header",
                     .validator = non_null_text(),
                     .importance = sdk::Importance::kHigh,
                     .doc = "Name of the header. Headers of the same name stay; look-ups find this one."})
            .define({.name = "value.literal",
                     .validator = non_null_text(),
                     .importance = sdk::Importance::kHigh,
                     .doc = "The header's value. Its type is guessed as for header texts: `123` is an INT8, "
                            "`true` a BOOLEAN, `null` no value, anything else a STRING."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    auto literal = std::make_shared<Literal>();
    literal->name = parsed.get_string("header");
    literal->text = parsed.get_string("value.literal");
    SLUICE_ASSIGN_OR_RETURN(literal->parsed, parse_value_text(literal->arena, literal->text));
    literal_ = std::move(literal);
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& /*errors*/) override {
    arena.keep(literal_);
    const sdk::Header header{literal_->name, literal_->parsed.schema.get(), literal_->parsed.value};
    for (sdk::Record& record : records) add_header(arena, record, header);
  }

 private:
  std::shared_ptr<const Literal> literal_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_insert_header() { return std::make_unique<InsertHeader>(); }

}  // namespace sluice::transforms
