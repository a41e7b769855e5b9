#include "converters/schema_drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <string_view>
#include <utility>

namespace sluice::converters {
namespace {

using sdk::Field;
using sdk::Schema;
using sdk::Type;

/// Names that differ by less than this share of their letters are alike.
constexpr double kAlike = 0.34;

/// "STRING", "optional INT64", "org.apache.kafka.connect.data.Timestamp".
std::string described(const Schema& schema) {
  const std::string type =
      schema.logical() != sdk::Logical::kNone ? *schema.name() : std::string(sdk::type_name(schema.type()));
  return schema.optional() ? "optional " + type : type;
}

bool is_same_type(const Schema& left, const Schema& right) {
  if (left.type() != right.type() || left.logical() != right.logical()) return false;
  return true;
}

/// Without what spelling conventions differ in.
std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

/// Levenshtein's.
size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < left.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < right.size(); ++j) {
      const size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

bool is_alike(std::string_view left, std::string_view right) {
  const std::string one = plain(left);
  const std::string other = plain(right);
  if (one == other) return true;
  const size_t longest = std::max(one.size(), other.size());
  return static_cast<double>(edit_distance(one, other)) < kAlike * static_cast<double>(longest);
}

class Comparison {
 public:
  SchemaDrift take() { return std::move(drift_); }

  void compare(const Schema& contract, const Schema& record, const std::string& path) {
    if (!is_same_type(contract, record)) {
      drift_.retyped.push_back({path, described(contract), described(record)});
      return;
    }
    if (record.optional() && !contract.optional() && !contract.has_default())
      drift_.retyped.push_back({path, described(contract), described(record)});
    if (contract.type() == Type::kStruct) compare_fields(contract, record, path);
    if (contract.type() == Type::kArray || contract.type() == Type::kMap)
      compare(*contract.value_schema(), *record.value_schema(), path + "[]");
  }

 private:
  static std::string joined(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }

  void compare_fields(const Schema& contract, const Schema& record, const std::string& path) {
    std::vector<size_t> missing;
    std::vector<size_t> added;
    for (size_t i = 0; i < contract.fields().size(); ++i) {
      const Field& field = contract.fields()[i];
      const int index = record.field_index(field.name);
      if (index < 0)
        missing.push_back(i);
      else
        compare(*field.schema, *record.fields()[static_cast<size_t>(index)].schema, joined(path, field.name));
    }
    for (size_t i = 0; i < record.fields().size(); ++i) {
      if (contract.field_index(record.fields()[i].name) < 0) added.push_back(i);
    }
    pair_up(contract, record, path, missing, added,
            [](const Field& left, size_t, const Field& right, size_t) {
              return is_alike(left.name, right.name);
            });
    pair_up(contract, record, path, missing, added,
            [](const Field&, size_t left, const Field&, size_t right) { return left == right; });
    for (const size_t i : missing) drift_.missing.push_back(joined(path, contract.fields()[i].name));
    for (const size_t i : added) drift_.added.push_back(joined(path, record.fields()[i].name));
  }

  template <typename Test>
  void pair_up(const Schema& contract, const Schema& record, const std::string& path,
               std::vector<size_t>& missing, std::vector<size_t>& added, Test test) {
    std::erase_if(missing, [&](size_t i) {
      const Field& lost = contract.fields()[i];
      const auto found = std::ranges::find_if(added, [&](size_t j) {
        const Field& gained = record.fields()[j];
        return is_same_type(*lost.schema, *gained.schema) && test(lost, i, gained, j);
      });
      if (found == added.end()) return false;
      drift_.renamed.push_back({joined(path, lost.name), joined(path, record.fields()[*found].name)});
      added.erase(found);
      return true;
    });
  }

  SchemaDrift drift_;
};

}  // namespace

SchemaDrift schema_drift(const Schema& contract, const Schema& record) {
  Comparison comparison;
  comparison.compare(contract, record, "");
  return comparison.take();
}

std::string SchemaDrift::text() const {
  std::vector<std::string> parts;
  for (const Renamed& rename : renamed)
    parts.push_back(fmt::format("field {} is missing (probably renamed to {})", rename.from, rename.to));
  for (const std::string& field : missing) parts.push_back(fmt::format("field {} is missing", field));
  for (const Retyped& change : retyped)
    parts.push_back(fmt::format("{} is {} instead of {}",
                                change.field.empty() ? "the value" : "field " + change.field, change.to,
                                change.from));
  for (const std::string& field : added) parts.push_back(fmt::format("field {} is new", field));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace sluice::converters
