// Whatever the expression, nothing breaks, in reading or in evaluating it.

#include <cstddef>
#include <cstdint>
#include <string>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "transforms/debezium/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::transforms::debezium::Expression;
  namespace sdk = sluice::sdk;
  if (size == 0) return 0;
  const auto language = data[0] % 2 == 0 ? Expression::Language::kGroovy : Expression::Language::kJavaScript;
  const auto expression =
      Expression::compile(std::string(reinterpret_cast<const char*>(data) + 1, size - 1), language);
  if (!expression.ok()) return 0;
  static const sdk::SchemaPtr kSchema = sdk::SchemaBuilder::structure()
                                            .name("a.Envelope")
                                            .field("op", sdk::Schema::string())
                                            .field("id", sdk::Schema::int64())
                                            .build_or_die();
  sdk::Arena arena;
  sdk::StructNode* event = sdk::new_struct(arena, *kSchema);
  event->mutable_values()[0] = sdk::Value::string("u\xc3\xa9");
  event->mutable_values()[1] = sdk::Value::int64(INT64_MIN);
  sdk::Record record;
  record.topic = "topic";
  record.value_schema = kSchema.get();
  record.value = sdk::Value::structure(event);
  (void)expression->evaluate(record, arena);
  return 0;
}
