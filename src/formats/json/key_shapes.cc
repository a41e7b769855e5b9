#include "formats/json/key_shapes.h"

#include <algorithm>

namespace sluice::json {
namespace {

constexpr size_t kPoolKeysMax = 20'000;
constexpr size_t kPoolBytesMax = 2 * 1024 * 1024;
constexpr size_t kShapesMax = 4'000;
constexpr uint32_t kStrangersMax = 1'000;

}  // namespace

bool KeyPool::full() const { return keys_.size() >= kPoolKeysMax || arena_.bytes_used() >= kPoolBytesMax; }

std::string_view KeyPool::intern(std::string_view key) {
  if (const auto found = keys_.find(key); found != keys_.end()) return *found;
  if (full()) return {};
  return *keys_.insert(arena_.copy(key)).first;
}

KeyShapes::KeyShapes() : pool_(std::make_shared<KeyPool>()), root_(std::make_unique<Shape>()) {}

void KeyShapes::forget_if_full() {
  if (shapes_ < kShapesMax && !pool_->full()) return;
  pool_ = std::make_shared<KeyPool>();
  root_ = std::make_unique<Shape>();
  shapes_ = 1;
}

Shape::Key* KeyShapes::find(Shape& shape, size_t from, std::string_view name) {
  if (shape.strangers >= kStrangersMax) return nullptr;
  const auto is_it = [name](const Shape::Key& key) { return key.name.as_string() == name; };
  const auto start = shape.keys.begin() + static_cast<ptrdiff_t>(std::min(from, shape.keys.size()));
  auto found = std::find_if(start, shape.keys.end(), is_it);
  if (found == shape.keys.end()) {
    found = std::find_if(shape.keys.begin(), start, is_it);
    if (found == start) return add(shape, name);
  }
  return &*found;
}

Shape::Key* KeyShapes::add(Shape& shape, std::string_view name) {
  if (shape.keys.size() >= Shape::kKeysMax || shapes_ >= kShapesMax) {
    ++shape.strangers;
    return nullptr;
  }
  const std::string_view text = pool_->intern(name);
  if (text.data() == nullptr) return nullptr;
  Shape::Key& key = shape.keys.emplace_back();
  key.name = sdk::Value::string(text);
  key.child = std::make_unique<Shape>();
  ++shapes_;
  // A name that needs escapes is written in more than one way: it is never guessed.
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  });
  if (plain && text.size() + 3 <= Shape::kQuotedMax) {
    key.quoted[0] = '"';
    char* end = std::copy(text.begin(), text.end(), key.quoted.data() + 1);
    *end++ = '"';
    *end++ = ':';
    key.quoted_size = static_cast<uint32_t>(end - key.quoted.data());
  }
  return &key;
}

}  // namespace sluice::json
