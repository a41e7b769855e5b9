#include "converters/decimal_scale.h"

#include <charconv>
#include <string>

namespace sluice::converters {

Status check_decimal_scale(const sdk::Schema& schema) {
  const std::string* text = schema.parameter(sdk::kScaleParameter);
  if (text == nullptr) return bad_record("Invalid Decimal schema: scale parameter not found.");
  int32_t scale = 0;
  const char* last = text->data() + text->size();
  const auto [end, code] = std::from_chars(text->data(), last, scale);
  if (code != std::errc() || end != last)
    return bad_record("Invalid scale parameter found in Decimal schema: ");
  return {};
}

}  // namespace sluice::converters
