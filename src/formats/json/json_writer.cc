#include "formats/json/json_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "formats/json/text_scan.h"
#include "sdk/data/base64.h"
#include "sdk/data/schema.h"
#include "sdk/data/values.h"

namespace sluice::json {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::StructNode;
using sdk::Value;

constexpr size_t kEscapeMax = 6;  // \u001F
constexpr size_t kIntegerMax = 20;

constexpr std::string_view kHex = "0123456789ABCDEF";

char* write_unit(char* out, uint32_t unit) {
  *out++ = '\\';
  *out++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = kHex[unit >> shift & 15];
  return out;
}

/// Writes the character at the start of `text`, which must be escaped, and takes it off. Jackson writes
/// characters of four bytes as two escapes.
char* write_escape(char* out, std::string_view& text) {
  static constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  static constexpr std::string_view kLetters = "\"\\bfnrt";
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  if (byte(0) >= 0xF0 && text.size() >= 4) {
    const uint32_t code =
        (byte(0) & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    out = write_unit(out, 0xD800 + ((code - 0x10000) >> 10 & 0x3FF));
    out = write_unit(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    text.remove_prefix(4);
    return out;
  }
  if (const size_t which = kPlain.find(text[0]); which != std::string_view::npos) {
    *out++ = '\\';
    *out++ = kLetters[which];
  } else {
    out = write_unit(out, byte(0));
  }
  text.remove_prefix(1);
  return out;
}

bool must_be_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0xF0 || c == '"' || c == '\\';
}

/// Copies blocks up to the first one that needs a closer look or does not fit; returns how many bytes.
size_t copy_plain_blocks(char* out, std::string_view text) {
  size_t done = 0;
  while (text.size() - done >= kBlock) {
    const uint32_t special = find_escapes(text.data() + done);
    std::memcpy(out + done, text.data() + done, kBlock);
    if (special != 0) return done + static_cast<size_t>(std::countr_zero(special));
    done += kBlock;
  }
  return done;
}

void write_array(TextBuffer& out, std::span<const Value> items, DecimalFormat format) {
  out.push_back('[');
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.push_back(',');
    write_value(out, items[i], format);
  }
  out.push_back(']');
}

void write_map(TextBuffer& out, std::span<const MapEntry> entries, DecimalFormat format) {
  const bool object = std::all_of(entries.begin(), entries.end(),
                                  [](const MapEntry& entry) { return entry.key.kind() == Kind::kString; });
  out.push_back(object ? '{' : '[');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (!object) out.push_back('[');
    write_value(out, entries[i].key, format);
    out.push_back(object ? ':' : ',');
    write_value(out, entries[i].value, format);
    if (!object) out.push_back(']');
  }
  out.push_back(object ? '}' : ']');
}

void write_struct(TextBuffer& out, const StructNode& node, DecimalFormat format) {
  out.push_back('{');
  for (size_t i = 0; i < node.field_count; ++i) {
    if (i > 0) out.push_back(',');
    write_string(out, node.schema->fields()[i].name);
    out.push_back(':');
    write_value(out, node.values()[i], format);
  }
  out.push_back('}');
}

/// Java's text, quoted where it is no number.
template <typename Float>
void write_float(TextBuffer& out, Float value, char* (*write)(char*, Float)) {
  char* to = out.reserve(sdk::kJavaFloatMax + 2);
  const bool quoted = !std::isfinite(value);
  if (quoted) *to++ = '"';
  to = write(to, value);
  if (quoted) *to++ = '"';
  out.commit(to);
}

}  // namespace

void write_string(TextBuffer& out, std::string_view text) {
  char* to = out.reserve(text.size() + 2 + kBlock);
  *to++ = '"';
  size_t done = copy_plain_blocks(to, text);
  to += done;
  while (done < text.size() && !must_be_escaped(text[done])) *to++ = text[done++];
  if (done < text.size()) {  // rare: from here on byte by byte
    out.commit(to);
    text.remove_prefix(done);
    to = out.reserve(text.size() * kEscapeMax + 1);
    while (!text.empty()) {
      if (must_be_escaped(text[0])) {
        to = write_escape(to, text);
      } else {
        *to++ = text[0];
        text.remove_prefix(1);
      }
    }
  }
  *to++ = '"';
  out.commit(to);
}

void write_integer(TextBuffer& out, int64_t value) {
  char* to = out.reserve(kIntegerMax);
  out.commit(std::to_chars(to, to + kIntegerMax, value).ptr);
}

void write_float64(TextBuffer& out, double value) { write_float(out, value, &sdk::write_java_float64); }
void write_float32(TextBuffer& out, float value) { write_float(out, value, &sdk::write_java_float32); }

void write_bytes(TextBuffer& out, BytesView bytes) {
  char* to = out.reserve(sdk::base64_size(bytes.size()) + 2);
  *to++ = '"';
  to = sdk::write_base64(to, bytes);
  *to++ = '"';
  out.commit(to);
}

void write_decimal(TextBuffer& out, const Value& decimal, DecimalFormat format) {
  if (format == DecimalFormat::kBase64) {
    write_bytes(out, decimal.as_bytes());
    return;
  }
  std::string text;
  sdk::append_decimal_text(text, decimal.as_bytes(), decimal.decimal_scale());
  out.append(text);
}

void write_value(TextBuffer& out, const Value& value, DecimalFormat format) {
  switch (value.kind()) {
    case Kind::kNull:
      return write_null(out);
    case Kind::kBoolean:
      return write_boolean(out, value.as_boolean());
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kTimestamp:
      return write_integer(out, value.as_integer());
    case Kind::kFloat32:
      return write_float32(out, value.as_float32());
    case Kind::kFloat64:
      return write_float64(out, value.as_float64());
    case Kind::kString:
      return write_string(out, value.as_string());
    case Kind::kBytes:
      return write_bytes(out, value.as_bytes());
    case Kind::kArray:
      return write_array(out, value.as_array(), format);
    case Kind::kMap:
      return write_map(out, value.as_map(), format);
    case Kind::kStruct:
      return write_struct(out, value.as_struct(), format);
    case Kind::kDecimal:
      return write_decimal(out, value, format);
  }
}

}  // namespace sluice::json
