#include "connectors/datagen/quickstarts.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::datagen {
namespace {

using sdk::Arena;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::StructNode;
using sdk::Value;

constexpr int64_t kFirstTimeMs =
    1'704'067'200'000;  // 2024-01-01T00:00:00Z: record times follow from their number

template <size_t N>
Value pick(Random& random, const std::array<std::string_view, N>& words) {
  return Value::string(words[random.below(N)]);
}

/// "User_17"
Value numbered(Arena& arena, std::string_view prefix, int64_t number) {
  char text[48];
  prefix.copy(text, prefix.size());
  const auto end = std::to_chars(text + prefix.size(), text + sizeof(text), number).ptr;
  return Value::string(arena.copy({text, static_cast<size_t>(end - text)}));
}

Value hex_id(Arena& arena, Random& random) {
  static constexpr char kHex[] = "0123456789abcdef";
  auto* text = arena.array<char>(32);
  for (int word = 0; word < 2; ++word) {
    uint64_t bits = random.next();
    for (int i = 0; i < 16; ++i, bits >>= 4) text[word * 16 + i] = kHex[bits & 15];
  }
  return Value::string({text, 32});
}

double cents(Random& random, int64_t low, int64_t high) {
  return static_cast<double>(random.between(low, high)) / 100.0;
}

constexpr std::array<std::string_view, 6> kStates{"Berlin", "Oslo", "Lima", "Accra", "Quito", "Hanoi"};
constexpr std::array<std::string_view, 4> kGenders{"MALE", "FEMALE", "OTHER", "UNKNOWN"};
constexpr std::array<std::string_view, 5> kDevices{"phone", "tablet", "laptop", "desktop", "tv"};
constexpr std::array<std::string_view, 5> kTypes{"page_view", "click", "add_to_cart", "purchase", "sign_in"};
constexpr std::array<std::string_view, 8> kTags{"new",   "sale", "mobile", "returning",
                                                "trial", "vip",  "beta",   "eu"};
constexpr std::array<std::string_view, 6> kSymbols{"ALFA", "BRVO", "CHRL", "DLTA", "ECHO", "FXTR"};
constexpr std::array<std::string_view, 4> kMethods{"GET", "POST", "PUT", "DELETE"};
constexpr std::array<std::string_view, 5> kPaths{"/", "/index.html", "/images/logo.png", "/api/cart",
                                                 "/checkout"};
constexpr std::array<std::string_view, 4> kAgents{
    "Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Macintosh)", "curl/8.5", "Mozilla/5.0 (iPhone)"};
constexpr std::array<int32_t, 6> kStatus{200, 200, 200, 302, 404, 500};

SchemaPtr address_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.address")
      .field("city", Schema::string())
      .field("state", Schema::string())
      .field("zipcode", Schema::int64())
      .build_or_die();
}

SchemaPtr orders_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.orders")
      .field("ordertime", Schema::int64())
      .field("orderid", Schema::int32())
      .field("itemid", Schema::string())
      .field("orderunits", Schema::float64())
      .field("address", address_schema())
      .build_or_die();
}

Value make_order(const Schema& schema, Random random, int64_t number, Arena& arena) {
  StructNode* address = sdk::new_struct(arena, *schema.fields()[4].schema);
  const auto place = address->mutable_values();
  place[0] = numbered(arena, "City_", random.between(1, 99));
  place[1] = pick(random, kStates);
  place[2] = Value::int64(random.between(10'000, 99'999));
  StructNode* order = sdk::new_struct(arena, schema);
  const auto values = order->mutable_values();
  values[0] = Value::int64(kFirstTimeMs + number * 250);
  values[1] = Value::int32(static_cast<int32_t>(number));
  values[2] = numbered(arena, "Item_", random.between(1, 999));
  values[3] = Value::float64(cents(random, 10, 1000));
  values[4] = Value::structure(address);
  return Value::structure(order);
}

SchemaPtr users_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.users")
      .field("registertime", Schema::int64())
      .field("userid", Schema::string())
      .field("regionid", Schema::string())
      .field("gender", Schema::string())
      .build_or_die();
}

Value make_user(const Schema& schema, Random random, int64_t number, Arena& arena) {
  StructNode* user = sdk::new_struct(arena, schema);
  const auto values = user->mutable_values();
  values[0] = Value::int64(kFirstTimeMs + number * 1000);
  values[1] = numbered(arena, "User_", random.between(1, 9999));
  values[2] = numbered(arena, "Region_", random.between(1, 9));
  values[3] = pick(random, kGenders);
  return Value::structure(user);
}

SchemaPtr pageviews_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.pageviews")
      .field("viewtime", Schema::int64())
      .field("userid", Schema::string())
      .field("pageid", Schema::string())
      .build_or_die();
}

Value make_pageview(const Schema& schema, Random random, int64_t number, Arena& arena) {
  StructNode* view = sdk::new_struct(arena, schema);
  const auto values = view->mutable_values();
  values[0] = Value::int64(number * 10 + 1);
  values[1] = numbered(arena, "User_", random.between(1, 9999));
  values[2] = numbered(arena, "Page_", random.between(1, 99));
  return Value::structure(view);
}

SchemaPtr clickstream_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.clickstream")
      .field("ip", Schema::string())
      .field("userid", Schema::int32())
      .field("remote_user", Schema::string())
      .field("time", Schema::int64())
      .field("request", Schema::string())
      .field("status", Schema::int32())
      .field("bytes", Schema::int64())
      .field("referrer", Schema::optional_string())
      .field("agent", Schema::string())
      .build_or_die();
}

Value make_click(const Schema& schema, Random random, int64_t number, Arena& arena) {
  StructNode* click = sdk::new_struct(arena, schema);
  const auto values = click->mutable_values();
  values[0] = numbered(arena, "203.0.113.", random.between(1, 254));
  values[1] = Value::int32(static_cast<int32_t>(random.between(1, 9999)));
  values[2] = Value::string("-");
  values[3] = Value::int64(kFirstTimeMs + number * 20);
  char request[64];
  size_t length = kMethods[random.below(kMethods.size())].copy(request, 8);
  for (const std::string_view part :
       {std::string_view(" "), kPaths[random.below(kPaths.size())], std::string_view(" HTTP/1.1")}) {
    length += part.copy(request + length, part.size());
  }
  values[4] = Value::string(arena.copy({request, length}));
  values[5] = Value::int32(kStatus[random.below(kStatus.size())]);
  values[6] = Value::int64(random.between(200, 60'000));
  if (random.below(3) != 0) values[7] = Value::string("https://www.example.com/");
  values[8] = pick(random, kAgents);
  return Value::structure(click);
}

SchemaPtr context_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.context")
      .field("device", Schema::string())
      .field("city", Schema::string())
      .field("page", Schema::string())
      .field("agent", Schema::string())
      .field("latency_ms", Schema::int32())
      .build_or_die();
}

SchemaPtr events_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.events")
      .field("id", Schema::int64())
      .field("event_id", Schema::string())
      .field("user_id", Schema::string())
      .field("type", Schema::string())
      .field("time", Schema::int64())
      .field("amount", Schema::float64())
      .field("ok", Schema::boolean())
      .field("context", context_schema())
      .field("tags", SchemaBuilder::array(Schema::string()).build_or_die())
      .build_or_die();
}

Value make_event(const Schema& schema, Random random, int64_t number, Arena& arena) {
  StructNode* context = sdk::new_struct(arena, *schema.fields()[7].schema);
  const auto where = context->mutable_values();
  where[0] = pick(random, kDevices);
  where[1] = pick(random, kStates);
  where[2] = numbered(arena, "/products/", random.between(1, 99'999));
  where[3] = pick(random, kAgents);
  where[4] = Value::int32(static_cast<int32_t>(random.between(5, 900)));
  const size_t tag_count = 1 + random.below(3);
  auto* tags = arena.array<Value>(tag_count);
  for (size_t i = 0; i < tag_count; ++i) tags[i] = pick(random, kTags);
  StructNode* event = sdk::new_struct(arena, schema);
  const auto values = event->mutable_values();
  values[0] = Value::int64(number);
  values[1] = hex_id(arena, random);
  values[2] = numbered(arena, "user-", random.between(1, 999'999));
  values[3] = pick(random, kTypes);
  values[4] = Value::int64(kFirstTimeMs + number * 3);
  values[5] = Value::float64(cents(random, 0, 100'000));
  values[6] = Value::boolean(random.below(20) != 0);
  values[7] = Value::structure(context);
  values[8] = Value::array({tags, tag_count});
  return Value::structure(event);
}

SchemaPtr stock_trades_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.stock_trades")
      .field("side", Schema::string())
      .field("quantity", Schema::int32())
      .field("symbol", Schema::string())
      .field("price", Schema::int32())
      .field("account", Schema::string())
      .field("userid", Schema::string())
      .build_or_die();
}

Value make_trade(const Schema& schema, Random random, int64_t, Arena& arena) {
  StructNode* trade = sdk::new_struct(arena, schema);
  const auto values = trade->mutable_values();
  values[0] = Value::string(random.below(2) == 0 ? "BUY" : "SELL");
  values[1] = Value::int32(static_cast<int32_t>(random.between(1, 5000)));
  values[2] = pick(random, kSymbols);
  // A price wanders little around its symbol's own level.
  const double level = 200.0 + 100.0 * static_cast<double>(values[2].as_string()[0] - 'A');
  values[3] = Value::int32(static_cast<int32_t>(std::lround(level * (0.95 + 0.1 * random.unit()))));
  values[4] = numbered(arena, "ABC", random.between(100, 999));
  values[5] = numbered(arena, "User_", random.between(1, 99));
  return Value::structure(trade);
}

SchemaPtr ratings_schema() {
  return SchemaBuilder::structure()
      .name("sluice.datagen.ratings")
      .field("rating_id", Schema::int64())
      .field("user_id", Schema::int32())
      .field("stars", Schema::int32())
      .field("route_id", Schema::int32())
      .field("rating_time", Schema::int64())
      .field("channel", Schema::string())
      .field("message", Schema::string())
      .build_or_die();
}

Value make_rating(const Schema& schema, Random random, int64_t number, Arena& arena) {
  static constexpr std::array<std::string_view, 4> kChannels{"web", "android", "ios", "desk"};
  static constexpr std::array<std::string_view, 4> kMessages{"on time and friendly",
                                                             "the seat was too narrow", "would travel again",
                                                             "late by an hour, nobody said why"};
  StructNode* rating = sdk::new_struct(arena, schema);
  const auto values = rating->mutable_values();
  values[0] = Value::int64(number + 1);
  values[1] = Value::int32(static_cast<int32_t>(random.between(1, 999)));
  values[2] = Value::int32(static_cast<int32_t>(random.between(1, 5)));
  values[3] = Value::int32(static_cast<int32_t>(random.between(1, 9999)));
  values[4] = Value::int64(kFirstTimeMs + number * 40);
  values[5] = pick(random, kChannels);
  values[6] = pick(random, kMessages);
  return Value::structure(rating);
}

const std::vector<Quickstart>& quickstarts() {
  static const std::vector<Quickstart> all{
      {"orders", orders_schema(), 1, make_order},
      {"users", users_schema(), 1, make_user},
      {"pageviews", pageviews_schema(), 0, make_pageview},
      {"clickstream", clickstream_schema(), 0, make_click},
      {"events", events_schema(), 2, make_event},
      {"stock_trades", stock_trades_schema(), 2, make_trade},
      {"ratings", ratings_schema(), 0, make_rating},
  };
  return all;
}

}  // namespace

const Quickstart* find_quickstart(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const Quickstart& one : quickstarts()) {
    if (one.name == lower) return &one;
  }
  return nullptr;
}

std::vector<std::string> quickstart_names() {
  std::vector<std::string> names;
  for (const Quickstart& one : quickstarts()) names.emplace_back(one.name);
  return names;
}

}  // namespace sluice::connectors::datagen
