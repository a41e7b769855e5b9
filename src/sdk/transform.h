#pragma once
// Single message transforms and predicates (KIP-66, KIP-585), a batch a call, on the task's thread.
// A transform never changes a node it was given: it builds new ones that share the unchanged children.

#include <cstdint>
#include <span>

#include "base/result.h"
#include "sdk/data/record.h"
#include "sdk/properties.h"
#include "sdk/record_outcome.h"

namespace sluice::sdk {

class ConfigDef;

class Transform {
 public:
  virtual ~Transform() = default;
  virtual const ConfigDef& config() const = 0;
  virtual Status configure(const Properties& properties) = 0;

  /// Rewrites the records in place. Sets dropped[i] (all false before) for a record that goes no further.
  /// A record that fails is named in `errors` and must be left as it was given.
  virtual void apply(std::span<Record> records, Arena& arena, std::span<uint8_t> dropped,
                     RecordErrors& errors) = 0;
};

class Predicate {
 public:
  virtual ~Predicate() = default;
  virtual const ConfigDef& config() const = 0;
  virtual Status configure(const Properties& properties) = 0;

  /// Writes whether each record matches.
  virtual void test(std::span<const Record> records, std::span<uint8_t> matches, RecordErrors& errors) = 0;
};

}  // namespace sluice::sdk
