#include "cluster/letter_headers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

namespace sluice::cluster {
namespace {

using Assign = void (*)(DeadLetter& letter, std::string_view text);

template <typename Number>
void read_number(std::string_view text, Number& number) {
  std::from_chars(text.data(), text.data() + text.size(), number);
}

struct Context {
  std::string_view key;
  Assign assign;
};

constexpr std::array<Context, 10> kContext{{
    {"__connect.errors.topic", [](DeadLetter& to, std::string_view text) { to.topic = text; }},
    {"__connect.errors.partition",
     [](DeadLetter& to, std::string_view text) { read_number(text, to.topic_partition); }},
    {"__connect.errors.offset",
     [](DeadLetter& to, std::string_view text) { read_number(text, to.topic_offset); }},
    {"__connect.errors.connector.name", [](DeadLetter& to, std::string_view text) { to.connector = text; }},
    {"__connect.errors.task.id", [](DeadLetter& to, std::string_view text) { to.task = text; }},
    {"__connect.errors.stage", [](DeadLetter& to, std::string_view text) { to.stage = text; }},
    {"__connect.errors.class.name", [](DeadLetter& to, std::string_view text) { to.class_name = text; }},
    {"__connect.errors.exception.class.name",
     [](DeadLetter& to, std::string_view text) { to.exception = text; }},
    {"__connect.errors.exception.message", [](DeadLetter& to, std::string_view text) { to.message = text; }},
    {"__connect.errors.exception.stacktrace", [](DeadLetter& to, std::string_view text) { to.trace = text; }},
}};

LetterBytes copy(BytesView bytes) { return is_null(bytes) ? LetterBytes() : LetterBytes(std::string(bytes)); }

/// The context of that header; null: the record's own.
const Context* context_of(std::span<const RawHeader> headers, size_t at) {
  const auto* context = std::find_if(kContext.begin(), kContext.end(), [&](const Context& candidate) {
    return candidate.key == headers[at].key;
  });
  if (context == kContext.end()) return nullptr;
  const bool is_last = std::none_of(headers.begin() + static_cast<ptrdiff_t>(at) + 1, headers.end(),
                                    [&](const RawHeader& later) { return later.key == context->key; });
  return is_last ? context : nullptr;
}

}  // namespace

DeadLetter open_letter(const kafka::ConsumedMessage& message) {
  DeadLetter letter;
  letter.partition = message.partition;
  letter.offset = message.offset;
  letter.timestamp = message.timestamp;
  letter.key = copy(message.key);
  letter.value = copy(message.value);
  for (size_t i = 0; i < message.headers.size(); ++i) {
    const RawHeader& header = message.headers[i];
    if (const Context* context = context_of(message.headers, i)) {
      context->assign(letter, header.value);
    } else {
      letter.headers.emplace_back(std::string(header.key), copy(header.value));
    }
  }
  return letter;
}

std::vector<RawHeader> raw_headers(const DeadLetter& letter) {
  std::vector<RawHeader> headers;
  headers.reserve(letter.headers.size());
  for (const auto& [key, value] : letter.headers) headers.push_back({key, view(value)});
  return headers;
}

}  // namespace sluice::cluster
