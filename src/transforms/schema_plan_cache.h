#pragma once
// From a schema to what a transform compiled for it. The record before mostly had the same schema: one
// comparison of pointers then. Schemas that are equal but not the same object share a plan. Not for several
// threads.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"

namespace sluice::transforms {

template <typename Plan>
class SchemaPlanCache {
 public:
  /// Before each batch: plans that it uses are kept alive by its arena, for its records refer to their
  /// schemas.
  void start_batch(sdk::Arena& arena) {
    arena_ = &arena;
    ++batch_;
    last_schema_ = nullptr;
  }

  /// `make` is Result<Plan>(const SchemaPtr&). The plan and the schema that it was made for live as long as
  /// the batch.
  template <typename Make>
  Result<const Plan*> get(const sdk::Schema& schema, Make make) {
    if (&schema == last_schema_) [[likely]]
      return last_plan_;
    Entry* entry = find(schema);
    if (entry == nullptr) {
      SLUICE_ASSIGN_OR_RETURN(Plan plan, make(schema.share()));
      entry = &insert(schema, std::make_shared<const Held>(Held{schema.share(), std::move(plan)}));
    }
    use(*entry);
    return last_plan_;
  }

 private:
  static constexpr size_t kEntriesMax = 32;

  /// A plan may refer to parts of the schema that it was made for.
  struct Held {
    sdk::SchemaPtr source;
    Plan plan;
  };
  struct Entry {
    sdk::SchemaPtr schema;  // held, so that nobody else gets its address
    std::shared_ptr<const Held> held;
    uint64_t last_batch = 0;
  };

  Entry* find(const sdk::Schema& schema) {
    const auto same_object = [&](const Entry& entry) { return entry.schema.get() == &schema; };
    const auto found = std::find_if(entries_.begin(), entries_.end(), same_object);
    if (found != entries_.end()) return &*found;
    const auto equal = [&](const Entry& entry) { return same_schema(entry.schema.get(), &schema); };
    const auto twin = std::find_if(entries_.begin(), entries_.end(), equal);
    if (twin == entries_.end()) return nullptr;
    return &insert(schema, std::shared_ptr<const Held>(twin->held));
  }

  Entry& insert(const sdk::Schema& schema, std::shared_ptr<const Held> held) {
    if (entries_.size() >= kEntriesMax) {
      const auto older = [](const Entry& a, const Entry& b) { return a.last_batch < b.last_batch; };
      entries_.erase(std::min_element(entries_.begin(), entries_.end(), older));
    }
    entries_.push_back({schema.share(), std::move(held), 0});
    return entries_.back();
  }

  void use(Entry& entry) {
    if (entry.last_batch != batch_) arena_->keep(entry.held);
    entry.last_batch = batch_;
    last_schema_ = entry.schema.get();
    last_plan_ = &entry.held->plan;
  }

  std::vector<Entry> entries_;
  sdk::Arena* arena_ = nullptr;
  uint64_t batch_ = 0;
  const sdk::Schema* last_schema_ = nullptr;
  const Plan* last_plan_ = nullptr;
};

}  // namespace sluice::transforms
