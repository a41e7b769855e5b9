#include "connectors/sql/postgres/text.h"

#include <fmt/format.h>

#include <cmath>

#include "connectors/sql/time_text.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr size_t kDateCharacters = 10;  // "1970-01-01"

void append_float(std::string& out, double value, bool single) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else if (single) {
    fmt::format_to(std::back_inserter(out), "{}", static_cast<float>(value));
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

void append_hex(std::string& out, BytesView bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\x";
  for (const char byte : bytes) {
    out.push_back(kHex[static_cast<uint8_t>(byte) >> 4]);
    out.push_back(kHex[static_cast<uint8_t>(byte) & 15]);
  }
}

/// Years that the format writes with a sign are written as PostgreSQL's: without one, or with "BC".
void append_civil(std::string& out, const std::string& text) {
  if (text.starts_with('+')) {
    out += text.substr(1);
    return;
  }
  const bool before = text.starts_with('-') || text.starts_with("0000");
  if (!before) {
    out += text;
    return;
  }
  const size_t dash = text.find('-', 1);
  const int year = std::stoi(text.substr(0, dash));
  out += fmt::format("{:04}{} BC", 1 - year, text.substr(dash));
}

void append_time(std::string& out, const CellType& type, const Value& cell, const WriteOptions& options) {
  const Instant local = local_of(type, cell, options);
  if (type.kind == CellKind::kDate) return append_civil(out, format_time(local, '\0', 0));
  if (type.kind == CellKind::kTime) {
    out += format_time({floor_mod(local.seconds, kSecondsPerDay), local.nanos}, ' ', 6)
               .substr(kDateCharacters + 1);
    return;
  }
  append_civil(out, format_time(local, ' ', 6));
}

/// {"a","b"}: every item in quotes, which all types take.
void append_array(std::string& out, const CellType& type, const Value& cell, const WriteOptions& options) {
  CellType items = type;
  items.kind = type.items;
  out.push_back('{');
  std::string text;
  for (const Value& item : cell.as_array()) {
    if (out.back() != '{') out.push_back(',');
    if (item.is_null()) {
      out += "NULL";
      continue;
    }
    text.clear();
    append_pg_text(text, items, item, options);
    out.push_back('"');
    for (const char c : text) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out.push_back('}');
}

}  // namespace

void append_pg_text(std::string& out, const CellType& type, const Value& cell, const WriteOptions& options) {
  switch (type.kind) {
    case CellKind::kBoolean:
      out.push_back(cell.as_boolean() ? '1' : '0');
      break;
    case CellKind::kInteger:
      fmt::format_to(std::back_inserter(out), "{}", cell.as_integer());
      break;
    case CellKind::kFloat32:
    case CellKind::kFloat64:
      append_float(out, cell.as_float64(), type.kind == CellKind::kFloat32);
      break;
    case CellKind::kText:
      out += cell.as_string();
      break;
    case CellKind::kBytes:
      append_hex(out, cell.as_bytes());
      break;
    case CellKind::kDecimal:
      sdk::append_decimal_plain(out, cell.as_bytes(), cell.decimal_scale());
      break;
    case CellKind::kDate:
    case CellKind::kTime:
    case CellKind::kTimestamp:
      append_time(out, type, cell, options);
      break;
    case CellKind::kArray:
      append_array(out, type, cell, options);
      break;
  }
}

}  // namespace sluice::connectors::sql
