#pragma once
// Holds JSON against a JSON Schema of drafts 4 to 2020-12 (json.fail.invalid.schema). `format` and `content…`
// say what a value means and refuse none, as the drafts have it by default.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/json_schema/schema_document.h"
#include "formats/json_schema/search_pattern.h"

namespace sluice::json_schema {

struct Rules;
struct RuleBook;

/// One thread.
class Validator {
 public:
  /// Error kind kBadRecord: a reference that leads nowhere, a pattern that is none.
  static Result<Validator> make(DocumentPtr document);

  /// `tree`: of json::Decoder with Numbers::kExact. Error kind kBadRecord names the place in the tree, the
  /// rule's place in the schema, and what is wrong.
  Status check(const sdk::Value& tree);

 private:
  /// Which members or items of a value some rule has looked at; empty where nobody asks.
  using Seen = std::vector<bool>;

  explicit Validator(std::shared_ptr<const RuleBook> book) : book_(std::move(book)) {}

  bool holds(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool holds_quietly(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool holds_all(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool any_holds(const Rules& rules, const sdk::Value& tree);
  bool number_holds(const Rules& rules, const sdk::Value& tree);
  bool string_holds(const Rules& rules, const sdk::Value& tree);
  bool array_holds(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool items_hold(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool contains_holds(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool object_holds(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool members_hold(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool member_holds(const Rules& rules, const sdk::MapEntry& member, bool& looked_at);
  bool dependencies_hold(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool references_hold(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool branches_hold(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool one_holds(const Rules& rules, const sdk::Value& tree, Seen* seen);
  bool rest_holds(const Rules& rules, const sdk::Value& tree, Seen& seen);
  const Rules& dynamic_target(const Rules& rules) const;
  const Rules& recursive_target(const Rules& rules) const;

  /// All of these give false. What is wrong is noted unless a branch is merely tried.
  bool fails(const Rules& rules, std::string_view keyword, std::string_view what);
  bool fails_at(const sdk::Value& key);
  bool fails_at(size_t index);
  bool gives_up(std::string_view why);

  std::shared_ptr<const RuleBook> book_;
  SearchScratch scratch_;
  std::vector<const Resource*> scope_;  // the resources that references have led through
  int quiet_ = 0;
  int depth_ = 0;
  uint64_t steps_ = 0;
  std::string problem_;
  std::string place_;
  bool gave_up_ = false;
};

}  // namespace sluice::json_schema
