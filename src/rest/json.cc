#include "rest/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

#include "formats/json/json_writer.h"

namespace sluice::rest {
namespace {

/// Builds the value while the parser walks; the parser itself needs no stack for nesting.
class Builder {
 public:
  using Parser = nlohmann::json;

  // NOLINTBEGIN(readability-identifier-naming): the parser's interface
  bool null() { return add({nullptr}); }
  bool boolean(bool flag) { return add({flag}); }
  bool number_integer(Parser::number_integer_t number) { return add({Json::Number{std::to_string(number)}}); }
  bool number_unsigned(Parser::number_unsigned_t number) {
    return add({Json::Number{std::to_string(number)}});
  }
  bool number_float(Parser::number_float_t, const std::string& text) { return add({Json::Number{text}}); }
  bool string(std::string& text) { return add({std::move(text)}); }
  bool binary(Parser::binary_t&) { return false; }
  bool start_object(size_t) { return open({Json::Object()}); }
  bool key(std::string& name) {
    keys_.push_back(std::move(name));
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(size_t) { return open({Json::Array()}); }
  bool end_array() { return close(); }
  bool parse_error(size_t position, const std::string&, const Parser::exception&) {
    position_ = position;
    return false;
  }
  // NOLINTEND(readability-identifier-naming)

  Json take() { return std::move(root_); }
  bool is_too_deep() const { return too_deep_; }
  size_t position() const { return position_; }

 private:
  bool open(Json json) {
    if (open_.size() >= static_cast<size_t>(kJsonDepthMax)) {
      too_deep_ = true;
      return false;
    }
    open_.push_back(std::move(json));
    return true;
  }

  bool close() {
    Json done = std::move(open_.back());
    open_.pop_back();
    if (auto* object = std::get_if<Json::Object>(&done.value)) drop_repeated(*object);
    return add(std::move(done));
  }

  bool add(Json json) {
    if (open_.empty()) {
      root_ = std::move(json);
    } else if (auto* array = std::get_if<Json::Array>(&open_.back().value)) {
      array->push_back(std::move(json));
    } else {
      std::get<Json::Object>(open_.back().value).emplace_back(std::move(keys_.back()), std::move(json));
      keys_.pop_back();
    }
    return true;
  }

  /// Of members with one key the last stays; in less than quadratic time, as bodies may hold many.
  static void drop_repeated(Json::Object& object) {
    std::vector<size_t> order(object.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t left, size_t right) {
      return std::tie(object[left].first, left) < std::tie(object[right].first, right);
    });
    std::vector<uint8_t> dropped(object.size(), 0);
    bool any = false;
    for (size_t i = 0; i + 1 < order.size(); ++i) {
      if (object[order[i]].first != object[order[i + 1]].first) continue;
      dropped[order[i]] = 1;
      any = true;
    }
    if (!any) return;
    Json::Object kept;
    for (size_t i = 0; i < object.size(); ++i) {
      if (dropped[i] == 0) kept.push_back(std::move(object[i]));
    }
    object = std::move(kept);
  }

  Json root_;
  std::vector<Json> open_;
  std::vector<std::string> keys_;
  size_t position_ = 0;
  bool too_deep_ = false;
};

Error unreadable(std::string_view text, size_t position) {
  const std::string_view before = text.substr(0, position);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return bad_record(
      fmt::format("The request's body is not valid JSON: it cannot be read beyond line {}, column {}", line,
                  position - std::min(start, position)));
}

void write(json::TextBuffer& out, const Json& json) {
  if (json.is_null()) return json::write_null(out);
  if (const auto* flag = std::get_if<bool>(&json.value)) return json::write_boolean(out, *flag);
  if (const auto* number = std::get_if<Json::Number>(&json.value)) return out.append(number->text);
  if (const auto* text = std::get_if<std::string>(&json.value)) return json::write_string(out, *text);
  if (const auto* array = json.array()) {
    out.push_back('[');
    for (const Json& item : *array) {
      if (&item != &array->front()) out.push_back(',');
      write(out, item);
    }
    return out.push_back(']');
  }
  out.push_back('{');
  for (const auto& member : *json.object()) {
    if (&member != &json.object()->front()) out.push_back(',');
    json::write_string(out, member.first);
    out.push_back(':');
    write(out, member.second);
  }
  out.push_back('}');
}

}  // namespace

const Json* Json::find(std::string_view key) const {
  if (object() == nullptr) return nullptr;
  for (const auto& [name, member] : *object()) {
    if (name == key) return &member;
  }
  return nullptr;
}

std::optional<std::string> Json::scalar_text() const {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<Number>(&value)) return number->text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return std::nullopt;
}

std::string_view Json::kind() const {
  static constexpr std::string_view kKinds[] = {"null",   "a boolean", "a number",
                                                "a text", "an array",  "an object"};
  return kKinds[value.index()];
}

Result<Json> parse_json(std::string_view text) {
  Builder builder;
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return builder.take();
  if (builder.is_too_deep()) {
    return bad_record(
        fmt::format("The request's body is nested deeper than the maximum allowed ({})", kJsonDepthMax));
  }
  return unreadable(text, builder.position());
}

std::string to_text(const Json& json) {
  json::TextBuffer out;
  write(out, json);
  return std::string(out.view());
}

Result<cluster::RawConfig> to_raw_config(const Json& json) {
  const Json::Object* object = json.object();
  if (object == nullptr)
    return bad_record(
        fmt::format("Expected an object of configuration keys and values, not {}", json.kind()));
  cluster::RawConfig config;
  for (const auto& [key, value] : *object) {
    auto text = value.scalar_text();
    if (!text && !value.is_null()) {
      return bad_record(fmt::format("The value of '{}' must be a text, a number, a boolean or null, not {}",
                                    key, value.kind()));
    }
    config.emplace(key, std::move(text));
  }
  return config;
}

}  // namespace sluice::rest
