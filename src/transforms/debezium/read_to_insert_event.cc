#include "transforms/debezium/read_to_insert_event.h"

#include <algorithm>

#include "sdk/config/config_def.h"
#include "transforms/debezium/envelope.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/struct_copy.h"

namespace sluice::transforms::debezium {
namespace {

class ReadToInsertEvent final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef;
    return kDef;
  }
  Status configure(const sdk::Properties& /*properties*/) override { return {}; }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      if (record.value.is_null() || !is_envelope(record.value_schema)) return {};
      SLUICE_RETURN_IF_ERROR(require_struct(record.value, "Read change event"));
      const sdk::StructNode& event = record.value.as_struct();
      if (operation_of(event) != "r") return {};
      sdk::StructNode* to = unset_struct(arena, *event.schema);
      std::copy(event.values().begin(), event.values().end(), to->mutable_values().begin());
      to->mutable_values()[static_cast<size_t>(event.schema->field_index(kOperation))] =
          sdk::Value::string("c");
      record.value = sdk::Value::structure(to);
      return {};
    });
  }
};

}  // namespace

std::unique_ptr<sdk::Transform> make_read_to_insert_event() { return std::make_unique<ReadToInsertEvent>(); }

}  // namespace sluice::transforms::debezium
