#include "connectors/cdc/common/handling.h"

#include "connectors/cdc/common/data_types.h"
#include "sdk/data/base64.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::SchemaBuilder;
using sdk::Value;

constexpr size_t kSmallDigits = 18;  // fit an int64

}  // namespace

SchemaBuilder decimal_builder(DecimalMode mode, int precision, int scale) {
  if (mode == DecimalMode::kDouble) return SchemaBuilder(sdk::Type::kFloat64);
  if (mode == DecimalMode::kString) return SchemaBuilder(sdk::Type::kString);
  return decimal_schema(precision, scale);
}

bool small_decimal(std::string_view text, int64_t& unscaled, int& scale) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kSmallDigits) return false;
  unscaled = 0;
  scale = -1;
  for (const char c : text) {
    if (c == '.' && scale < 0) {
      scale = 0;
      continue;
    }
    if (c < '0' || c > '9') return false;
    unscaled = unscaled * 10 + (c - '0');
    if (scale >= 0) ++scale;
  }
  if (negative) unscaled = -unscaled;
  if (scale < 0) scale = 0;
  return true;
}

Result<Value> precise_decimal(std::string_view text, int scale, sdk::Arena& arena) {
  int64_t unscaled = 0;
  int own_scale = 0;
  if (small_decimal(text, unscaled, own_scale) && own_scale == scale)
    return Value::decimal(sdk::unscaled_of(arena, unscaled), scale);
  SLUICE_ASSIGN_OR_RETURN(const Value decimal, sdk::parse_decimal(arena, text));
  return sdk::rescale_decimal(arena, decimal, scale);
}

SchemaBuilder binary_builder(BinaryMode mode) {
  return SchemaBuilder(mode == BinaryMode::kBytes ? sdk::Type::kBytes : sdk::Type::kString);
}

Value binary_value(BinaryMode mode, BytesView bytes, sdk::Arena& arena) {
  if (mode == BinaryMode::kBytes) return Value::bytes(bytes);
  if (mode == BinaryMode::kHex) {
    static constexpr char kDigits[] = "0123456789abcdef";
    auto* hex = static_cast<char*>(arena.allocate(bytes.size() * 2, 1));
    for (size_t i = 0; i < bytes.size(); ++i) {
      hex[2 * i] = kDigits[static_cast<unsigned char>(bytes[i]) >> 4];
      hex[2 * i + 1] = kDigits[bytes[i] & 15];
    }
    return Value::string({hex, bytes.size() * 2});
  }
  const size_t size = sdk::base64_size(bytes.size());
  auto* base64 = static_cast<char*>(arena.allocate(size, 1));
  sdk::write_base64(base64, bytes);
  if (mode == BinaryMode::kBase64UrlSafe) {
    for (size_t i = 0; i < size; ++i) base64[i] = base64[i] == '+' ? '-' : base64[i] == '/' ? '_' : base64[i];
  }
  return Value::string({base64, size});
}

}  // namespace sluice::connectors::cdc
