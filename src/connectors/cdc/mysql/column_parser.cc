#include "connectors/cdc/mysql/column_parser.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <map>

#include "connectors/cdc/mysql/charset.h"

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr std::string_view kEpoch = "1970-01-01 00:00:00";  // stands for the time at which a row is made
constexpr int kDecimalLength = 10;
constexpr int kVectorLength = 2048;

struct TypeWord {
  int jdbc;
  bool number = false;  // may be followed by SIGNED, UNSIGNED, ZEROFILL
};

const std::map<std::string_view, TypeWord>& type_words() {
  static const std::map<std::string_view, TypeWord> kWords{
      {"CHAR", {kJdbcChar}},
      {"CHARACTER", {kJdbcChar}},
      {"VARCHAR", {kJdbcVarchar}},
      {"VARCHARACTER", {kJdbcVarchar}},
      {"TINYTEXT", {kJdbcVarchar}},
      {"TEXT", {kJdbcVarchar}},
      {"MEDIUMTEXT", {kJdbcVarchar}},
      {"LONGTEXT", {kJdbcVarchar}},
      {"LONG", {kJdbcVarchar}},
      {"NCHAR", {kJdbcNchar}},
      {"NVARCHAR", {kJdbcNvarchar}},
      {"NATIONAL", {kJdbcNchar}},
      {"TINYINT", {kJdbcSmallint, true}},
      {"INT1", {kJdbcSmallint, true}},
      {"SMALLINT", {kJdbcSmallint, true}},
      {"INT2", {kJdbcSmallint, true}},
      {"MEDIUMINT", {kJdbcInteger, true}},
      {"INT3", {kJdbcInteger, true}},
      {"MIDDLEINT", {kJdbcInteger, true}},
      {"INT", {kJdbcInteger, true}},
      {"INTEGER", {kJdbcInteger, true}},
      {"INT4", {kJdbcInteger, true}},
      {"BIGINT", {kJdbcBigint, true}},
      {"INT8", {kJdbcBigint, true}},
      {"REAL", {kJdbcReal, true}},
      {"DOUBLE", {kJdbcDouble, true}},
      {"FLOAT8", {kJdbcDouble, true}},
      {"FLOAT", {kJdbcFloat, true}},
      {"FLOAT4", {kJdbcFloat, true}},
      {"DECIMAL", {kJdbcDecimal, true}},
      {"DEC", {kJdbcDecimal, true}},
      {"FIXED", {kJdbcDecimal, true}},
      {"NUMERIC", {kJdbcNumeric, true}},
      {"BIT", {kJdbcBit}},
      {"BOOL", {kJdbcBoolean}},
      {"BOOLEAN", {kJdbcBoolean}},
      {"SERIAL", {kJdbcBigint}},
      {"TIME", {kJdbcTime}},
      {"TIMESTAMP", {kJdbcZonedTimestamp}},
      {"DATETIME", {kJdbcTimestamp}},
      {"DATE", {kJdbcDate}},
      {"YEAR", {kJdbcInteger}},
      {"BINARY", {kJdbcBinary}},
      {"VARBINARY", {kJdbcVarbinary}},
      {"BLOB", {kJdbcBlob}},
      {"TINYBLOB", {kJdbcBlob}},
      {"MEDIUMBLOB", {kJdbcBlob}},
      {"LONGBLOB", {kJdbcBlob}},
      {"ENUM", {kJdbcChar}},
      {"SET", {kJdbcChar}},
      {"JSON", {kJdbcOther}},
      {"VECTOR", {kJdbcOther}},
      {"UUID", {kJdbcOther}},
      {"INET4", {kJdbcOther}},
      {"INET6", {kJdbcOther}},
      {"GEOMETRY", {kJdbcOther}},
      {"POINT", {kJdbcOther}},
      {"LINESTRING", {kJdbcOther}},
      {"POLYGON", {kJdbcOther}},
      {"MULTIPOINT", {kJdbcOther}},
      {"MULTILINESTRING", {kJdbcOther}},
      {"MULTIPOLYGON", {kJdbcOther}},
      {"GEOMETRYCOLLECTION", {kJdbcOther}},
      {"GEOMCOLLECTION", {kJdbcOther}},
  };
  return kWords;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

/// As an int; what is too long for one is cut to the longest.
std::optional<int> length_of(const Token& token) {
  if (token.kind != TokenKind::kNumber) return std::nullopt;
  uint64_t number = 0;
  const auto parsed = std::from_chars(token.text.data(), token.text.data() + token.text.size(), number);
  if (parsed.ec == std::errc::result_out_of_range) return INT_MAX;
  if (parsed.ec != std::errc()) return std::nullopt;
  return static_cast<int>(std::min<uint64_t>(number, INT_MAX));
}

class ColumnParser {
 public:
  ColumnParser(TokenReader& reader, ParsedColumn& parsed)
      : reader_(reader), parsed_(parsed), column_(parsed.column) {}

  bool parse_type() {
    const std::string word = upper(reader_.peek().text);
    const auto found = reader_.peek().kind == TokenKind::kWord ? type_words().find(word) : type_words().end();
    if (found == type_words().end()) return false;
    reader_.take();
    column_.type = word;
    column_.jdbc_type = found->second.jdbc;
    take_second_word(word);
    if (word == "ENUM" || word == "SET") {
      if (!take_labels(word)) return false;
    } else {
      take_lengths();
    }
    if (found->second.number) take_number_words();
    set_lengths(word);
    if (word == "SERIAL") set_serial();
    while (take_text_word()) {
    }
    return true;
  }

  void parse_attributes() {
    while (!at_definition_end()) {
      if (!take_attribute()) skip_attribute();
    }
    if (column_.optional && !column_.has_default) column_.has_default = true;
  }

 private:
  bool at_definition_end() const {
    return reader_.at_end() || reader_.is(",") || reader_.is(")") || reader_.is("FIRST") ||
           reader_.is("AFTER") || reader_.is(";");
  }

  void append(std::string_view word) { (column_.type += ' ') += word; }

  bool append_if(std::string_view word) {
    if (!reader_.take_if(word)) return false;
    append(word);
    return true;
  }

  /// What may stand before the length: VARYING, PRECISION, LONG's and NATIONAL's types.
  void take_second_word(std::string_view word) {
    if (word == "DOUBLE" || word == "FLOAT8") append_if("PRECISION");
    if (word == "LONG") {
      if (append_if("VARBINARY")) column_.jdbc_type = kJdbcBlob;
      append_if("VARCHAR");
    }
    if (word == "NATIONAL" || word == "NCHAR") {
      if (append_if("VARCHAR")) column_.jdbc_type = kJdbcNvarchar;
      if (word == "NATIONAL" && !append_if("CHARACTER")) append_if("CHAR");
    }
    if ((word == "CHAR" || word == "CHARACTER" || word == "NCHAR" || word == "NATIONAL") &&
        append_if("VARYING"))
      column_.jdbc_type = column_.jdbc_type == kJdbcChar ? kJdbcVarchar : kJdbcNvarchar;
  }

  void take_lengths() {
    if (!reader_.is("(")) return;
    column_.length = length_of(reader_.peek(1));
    if (reader_.is(",", 2)) column_.scale = length_of(reader_.peek(3));
    reader_.skip_parentheses();
  }

  bool take_labels(std::string_view word) {
    if (!reader_.take_if("(")) return false;
    while (!reader_.at_end() && !reader_.is(")")) {
      // A literal's character set: _utf8mb4'a', N'a'.
      if (reader_.peek().kind == TokenKind::kWord) reader_.take();
      if (reader_.peek().kind != TokenKind::kString) return false;
      std::string label = "'";
      for (const char c : reader_.take().text) label += c == '\'' ? std::string("''") : std::string(1, c);
      column_.labels.push_back(label + "'");
      if (!reader_.take_if(",") && !reader_.is(")")) return false;
    }
    // One character, or every label with a comma between.
    column_.length = word == "ENUM" ? 1 : std::max(0, static_cast<int>(column_.labels.size()) * 2 - 1);
    return reader_.take_if(")");
  }

  void take_number_words() {
    while (append_if("SIGNED") || append_if("UNSIGNED") || append_if("ZEROFILL")) {
    }
  }

  void set_lengths(std::string_view word) {
    const bool decimal = column_.jdbc_type == kJdbcDecimal || column_.jdbc_type == kJdbcNumeric;
    if (!column_.length) {
      if (decimal) column_.length = kDecimalLength;
      if (word == "BIT" || column_.jdbc_type == kJdbcNchar) column_.length = 1;
      if (word == "VECTOR") column_.length = kVectorLength;
    }
    if (decimal && !column_.scale) column_.scale = 0;
    if (decimal && column_.length == 0) column_.length = kDecimalLength;
  }

  void set_serial() {
    column_.type = "BIGINT UNSIGNED";
    column_.optional = false;
    column_.auto_increment = column_.generated = true;
    parsed_.unique = true;
  }

  /// Character set and collation; of a type that has none, they are left to skip_attribute().
  bool take_text_word() {
    if (reader_.take_all({"CHARACTER", "SET"}) || reader_.take_all({"CHAR", "SET"}) ||
        reader_.take_if("CHARSET")) {
      reader_.take_if("=");
      column_.charset = reader_.take().text;
      return true;
    }
    if (reader_.take_if("COLLATE")) {
      reader_.take_if("=");
      const std::string collation = reader_.take().text;
      if (!column_.charset) column_.charset = charset_of_collation(collation);
      return true;
    }
    if (reader_.take_if("ASCII")) {
      column_.charset = "latin1";
      return true;
    }
    if (reader_.take_if("UNICODE")) {
      column_.charset = "ucs2";
      return true;
    }
    if (reader_.is("BINARY") && column_.type != "BINARY") return append_if("BINARY");
    return reader_.take_if("BYTE");
  }

  bool take_attribute() {
    if (reader_.take_all({"NOT", "NULL"})) {
      column_.optional = false;
      return true;
    }
    if (reader_.take_if("NULL")) {
      column_.optional = true;
      return true;
    }
    if (reader_.take_all({"SERIAL", "DEFAULT", "VALUE"})) {
      const std::string type = column_.type;
      set_serial();
      column_.type = type;
      return true;
    }
    if (reader_.take_if("DEFAULT")) {
      parse_default(reader_, column_);
      return true;
    }
    if (reader_.take_if("AUTO_INCREMENT")) {
      column_.auto_increment = column_.generated = true;
      return true;
    }
    if (reader_.take_if("UNIQUE")) {
      reader_.take_if("KEY");
      parsed_.unique = true;
      return true;
    }
    if (reader_.take_all({"PRIMARY", "KEY"}) || reader_.take_if("KEY")) {
      parsed_.primary = true;
      column_.optional = false;
      return true;
    }
    if (reader_.is("COMMENT") && reader_.peek(1).kind == TokenKind::kString) {
      reader_.take();
      column_.comment = reader_.take().text;
      return true;
    }
    return take_text_word();
  }

  void skip_attribute() {
    if (reader_.is("(")) {
      reader_.skip_parentheses();
    } else {
      reader_.take();
    }
  }

  TokenReader& reader_;
  ParsedColumn& parsed_;
  ColumnDefinition& column_;
};

bool is_current_time(const TokenReader& reader) {
  for (const char* word : {"CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"}) {
    if (reader.is(word)) return true;
  }
  return false;
}

}  // namespace

void parse_default(TokenReader& reader, ColumnDefinition& column) {
  column.has_default = true;
  column.default_text.reset();
  if (reader.take_if("NULL")) return;
  if (is_current_time(reader)) {
    reader.take();
    if (reader.is("(")) reader.skip_parentheses();
    column.default_text = kEpoch;
    return;
  }
  std::string sign;
  if (reader.is("-") || reader.is("+")) sign = reader.take().text;
  if (sign == "+") sign.clear();
  if (reader.peek().kind == TokenKind::kNumber) {
    column.default_text = sign + reader.take().text;
    return;
  }
  if (reader.is("TRUE") || reader.is("FALSE")) {
    column.default_text = reader.take().text;
    return;
  }
  // A literal's character set, b'0101', x'ff'.
  const bool hexadecimal = reader.is("X");
  if (reader.peek().kind == TokenKind::kWord && reader.peek(1).kind == TokenKind::kString) reader.take();
  if (reader.peek().kind == TokenKind::kString) {
    if (hexadecimal) return void(reader.take());  // not published, as in Debezium
    column.default_text = sign + reader.take().text;
    while (reader.peek().kind == TokenKind::kString) *column.default_text += reader.take().text;
    return;
  }
  // What is computed is not known before there is a row.
  if (!reader.is("(")) reader.take();
  if (reader.is("(")) reader.skip_parentheses();
}

bool has_charset(const ColumnDefinition& column) {
  return column.jdbc_type == kJdbcChar || column.jdbc_type == kJdbcVarchar ||
         column.jdbc_type == kJdbcNchar || column.jdbc_type == kJdbcNvarchar;
}

bool parse_column(TokenReader& reader, const std::string& charset, ParsedColumn& parsed) {
  ColumnParser parser(reader, parsed);
  if (!parser.parse_type()) return false;
  parser.parse_attributes();
  ColumnDefinition& column = parsed.column;
  if (column.jdbc_type == kJdbcNchar || column.jdbc_type == kJdbcNvarchar) {
    column.charset = "utf8";
  } else if (!has_charset(column)) {
    column.charset.reset();
  } else if (!column.charset && !charset.empty()) {
    column.charset = charset;
  }
  return true;
}

}  // namespace sluice::connectors::cdc::mysql
