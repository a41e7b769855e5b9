// Bytes of a server: messages of the log, rows of COPY, texts of every type. Never a crash.

#include <cstdint>
#include <string>

#include "connectors/cdc/postgres/column_decoder.h"
#include "connectors/cdc/postgres/copy_text.h"
#include "connectors/cdc/postgres/defaults.h"
#include "connectors/cdc/postgres/pgoutput.h"

namespace {

using namespace sluice::connectors::cdc;
using namespace sluice::connectors::cdc::postgres;

constexpr Oid kTypes[] = {16,   17,   20,   23,   25,   114,  600,  700,  701,  790,  1042, 1082,
                          1083, 1114, 1184, 1186, 1266, 1560, 1562, 1700, 2950, 3614, 3904};
constexpr Oid kFirstArray = 60'000;
constexpr Oid kHstore = 50'000;
constexpr Oid kVector = 50'001;
constexpr Oid kGeometry = 50'002;

const Types& types() {
  static const Types known = [] {
    std::vector<Type> all;
    const auto add = [&](Oid oid, const char* name, Oid element) {
      Type type;
      type.oid = oid;
      type.name = name;
      type.element = element;
      all.push_back(type);
    };
    for (const Oid oid : kTypes) {
      add(oid, "numeric", 0);
      add(kFirstArray + oid, "_array", oid);
    }
    add(kHstore, "hstore", 0);
    add(kVector, "vector", 0);
    add(kGeometry, "geometry", 0);
    return Types(all);
  }();
  return known;
}

void decode(std::string_view bytes) {
  if (bytes.size() < 3) return;
  const auto pick = static_cast<uint8_t>(bytes[0]);
  const auto modes = static_cast<uint8_t>(bytes[1]);
  constexpr Oid kOthers[] = {kHstore, kVector, kGeometry};
  Oid oid = kTypes[pick % std::size(kTypes)];
  if (pick > 128) oid = kFirstArray + oid;
  if (pick > 240) oid = kOthers[pick % 3];
  ValueOptions options;
  options.decimals = static_cast<DecimalMode>(modes % 3);
  options.times = static_cast<TimeMode>(modes / 3 % 6);
  options.binaries = static_cast<BinaryMode>(modes / 18 % 4);
  options.hstore_as_map = options.interval_as_text = modes > 127;
  const Type& type = *types().find(oid);
  ColumnDecoder decoder(types(), type, static_cast<int8_t>(bytes[2]), options);
  const auto schema = decoder.schema().build();
  if (!schema.ok()) return;
  decoder.use_schema(*schema);
  sluice::sdk::Arena arena;
  (void)decoder.decode(bytes.substr(3), arena).ok();
  (void)decoder.filler(arena);
  (void)default_value(decoder, type, bytes.substr(3), arena);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) {
    static Message message;
    (void)parse_message(bytes, data[0] % 2 == 0, message).ok();
  } else if (data[0] % 3 == 1) {
    sluice::sdk::Arena arena;
    std::string_view row = bytes;
    for (bool more = true; more;) (void)take_copy_field(row, more, arena);
  } else {
    decode(bytes);
  }
  return 0;
}
