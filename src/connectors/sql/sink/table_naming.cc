#include "connectors/sql/sink/table_naming.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "connectors/sql/table_name.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kSource = "source.";

/// What ${name} stands for.
Result<std::string> value_of(std::string_view name, const SinkOptions& options, std::string_view topic,
                             const sdk::StructNode* source) {
  if (name == "topic") {
    std::string text(topic);
    if (options.dots_to_underscores) std::replace(text.begin(), text.end(), '.', '_');
    return text;
  }
  if (name.starts_with(kSource) && source != nullptr) {
    const int index = source->schema->field_index(name.substr(kSource.size()));
    if (index >= 0) {
      std::string text;
      sdk::append_java_text(text, source->values()[static_cast<size_t>(index)]);
      return text;
    }
  }
  return bad_record(
      fmt::format("The table name format '{}' has '${{{}}}', which records of topic '{}' do not have",
                  options.table_format, name, topic));
}

Result<std::string> expand(const SinkOptions& options, std::string_view topic,
                           const sdk::StructNode* source) {
  std::string name;
  std::string_view rest = options.table_format;
  while (!rest.empty()) {
    const size_t open = rest.find("${");
    const size_t close = open == std::string_view::npos ? open : rest.find('}', open);
    if (close == std::string_view::npos) break;
    name += rest.substr(0, open);
    SLUICE_ASSIGN_OR_RETURN(const std::string value,
                            value_of(rest.substr(open + 2, close - open - 2), options, topic, source));
    name += value;
    rest.remove_prefix(close + 1);
  }
  return name.append(rest);
}

void normalize(std::string& name) {
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0 && c != '.' && c != '_') c = '_';
  }
}

}  // namespace

bool names_by_source(const SinkOptions& options) {
  return options.table_format.find("${source.") != std::string::npos;
}

Result<TableId> table_of(const SinkOptions& options, const Dialect& dialect, std::string_view topic,
                         const sdk::StructNode* source) {
  std::string name;
  if (const auto mapped = options.topics_to_tables.find(std::string(topic));
      mapped != options.topics_to_tables.end()) {
    name = mapped->second;
  } else {
    SLUICE_ASSIGN_OR_RETURN(name, expand(options, topic, source));
  }
  if (options.normalize_table) normalize(name);
  TableId table = parse_table(name);
  if (table.table.empty()) {
    return bad_record(fmt::format("Destination table name for topic '{}' is empty using the format '{}'",
                                  topic, options.table_format));
  }
  for (std::string* part : {&table.catalog, &table.schema, &table.table}) {
    *part = dialect.fit(options.quote_identifiers ? *part : dialect.fold(*part));
  }
  return table;
}

}  // namespace sluice::connectors::sql
