#include "store/offset_keys.h"

#include <algorithm>
#include <vector>

#include "formats/json/json_decoder.h"
#include "formats/json/json_writer.h"

namespace sluice::store {
namespace {

void write_sorted(json::TextBuffer& text, const sdk::Value& value);

void write_sorted_map(json::TextBuffer& text, const sdk::Value& map) {
  std::vector<const sdk::MapEntry*> entries;
  for (const sdk::MapEntry& entry : map.as_map()) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(), [](const sdk::MapEntry* left, const sdk::MapEntry* right) {
    return left->key.as_string() < right->key.as_string();
  });
  text.push_back('{');
  for (const sdk::MapEntry* entry : entries) {
    if (entry != entries.front()) text.push_back(',');
    json::write_string(text, entry->key.as_string());
    text.push_back(':');
    write_sorted(text, entry->value);
  }
  text.push_back('}');
}

void write_sorted(json::TextBuffer& text, const sdk::Value& value) {
  if (value.kind() == sdk::Kind::kMap) return write_sorted_map(text, value);
  if (value.kind() != sdk::Kind::kArray) return json::write_value(text, value);
  text.push_back('[');
  bool is_first = true;
  for (const sdk::Value& item : value.as_array()) {
    if (!is_first) text.push_back(',');
    is_first = false;
    write_sorted(text, item);
  }
  text.push_back(']');
}

}  // namespace

std::string canonical_offset_key(const std::string& key) {
  sdk::Arena arena;
  const auto value = json::decode_leniently(key, arena);
  if (!value.ok() || value->kind() != sdk::Kind::kArray) return key;
  json::TextBuffer text;
  write_sorted(text, *value);
  return std::string(text.view());
}

std::string offset_key_prefix(std::string_view connector) {
  json::TextBuffer text;
  text.push_back('[');
  json::write_string(text, connector);
  text.append(",{");
  return std::string(text.view());
}

std::string_view partition_of(std::string_view canonical_key, std::string_view prefix) {
  return canonical_key.substr(prefix.size() - 1, canonical_key.size() - prefix.size());
}

}  // namespace sluice::store
