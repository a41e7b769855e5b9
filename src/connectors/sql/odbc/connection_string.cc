#include "connectors/sql/odbc/connection_string.h"

#include <algorithm>

#include "connectors/sql/letter_case.h"

namespace sluice::connectors::sql {
namespace {

Error unreadable() {
  return bad_config(
      "The ODBC connection string cannot be read: it is keyword=value;keyword=value, with values that hold ; "
      "or start with { in braces, where } is doubled");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// A value in braces from behind the opening one; `rest` moves behind the closing one. False: there is none.
bool read_braced(std::string_view& rest, std::string& value) {
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '}') {
      value.push_back(rest[i]);
    } else if (i + 1 < rest.size() && rest[i + 1] == '}') {
      value.push_back(rest[i++]);
    } else {
      rest.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool needs_braces(std::string_view value) {
  return value.find_first_of("[]{}(),;?*=!@") != std::string_view::npos || value.starts_with(' ') ||
         value.ends_with(' ');
}

}  // namespace

Result<ConnectionString> ConnectionString::parse(std::string_view text) {
  ConnectionString result;
  if (text.find('\0') != std::string_view::npos) return unreadable();
  while (!trimmed(text).empty()) {
    const size_t equals = text.find('=');
    if (text.starts_with(';')) {
      text.remove_prefix(1);
      continue;
    }
    if (equals == std::string_view::npos) return unreadable();
    const std::string_view keyword = trimmed(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    if (keyword.empty() || keyword.find_first_of(";{}") != std::string_view::npos) return unreadable();
    std::string value;
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.starts_with('{')) {
      text.remove_prefix(1);
      if (!read_braced(text, value)) return unreadable();
      if (!trimmed(text.substr(0, text.find(';'))).empty()) return unreadable();
      text = text.find(';') == std::string_view::npos ? std::string_view() : text.substr(text.find(';'));
    } else {
      const size_t end = std::min(text.find(';'), text.size());
      value = trimmed(text.substr(0, end));
      text.remove_prefix(end);
    }
    result.set(std::string(keyword), std::move(value));
  }
  return result;
}

const std::string* ConnectionString::find(std::string_view keyword) const {
  for (const auto& [name, value] : pairs_) {
    if (same_word(name, keyword)) return &value;
  }
  return nullptr;
}

void ConnectionString::set(std::string keyword, std::string value) {
  for (auto& [name, old] : pairs_) {
    if (!same_word(name, keyword)) continue;
    old = std::move(value);
    return;
  }
  pairs_.emplace_back(std::move(keyword), std::move(value));
}

void ConnectionString::set_if_absent(std::string keyword, std::string value) {
  if (find(keyword) == nullptr) set(std::move(keyword), std::move(value));
}

std::string ConnectionString::text() const {
  std::string text;
  for (const auto& [name, value] : pairs_) {
    text += name + "=";
    if (!needs_braces(value)) {
      text += value + ";";
      continue;
    }
    text += '{';
    for (const char c : value) {
      if (c == '}') text += c;
      text += c;
    }
    text += "};";
  }
  return text;
}

ConnectionString with_streaming(ConnectionString string, std::string_view driver_file) {
  struct Setting {
    std::string_view driver;
    std::string_view keyword;
    std::string_view value;
  };
  static constexpr Setting kSettings[] = {
      {"psqlodbc", "UseDeclareFetch", "1"},
      {"psqlodbc", "Fetch", "1000"},
      {"psqlodbc", "MaxVarcharSize", "1000000"},  // what a text without a length reports
      {"psqlodbc", "MaxLongVarcharSize", "1000000"},
      // Its names of prepared statements come again while the server still has them after an error.
      {"psqlodbc", "UseServerSidePrepare", "0"},
      {"psqlodbc", "Protocol", "7.4-0"},  // no savepoints of its own, which ours would undo
      {"psqlodbc", "BoolsAsChar", "0"},
      {"psqlodbc", "ByteaAsLongVarBinary", "1"},
      {"libmyodbc", "FORWARD_CURSOR", "1"},
      {"libmyodbc", "NO_CACHE", "1"},
      {"sqlite3odbc", "BigInt", "1"},
  };
  for (const Setting& setting : kSettings) {
    if (driver_file.find(setting.driver) == std::string_view::npos) continue;
    string.set_if_absent(std::string(setting.keyword), std::string(setting.value));
  }
  return string;
}

}  // namespace sluice::connectors::sql
