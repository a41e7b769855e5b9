#pragma once
// The transforms of one connector in order, each with its predicate (KIP-66, KIP-585). On the task's thread.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "plugins/plugins.h"
#include "sdk/data/record.h"
#include "sdk/transform.h"
#include "tasks/stage_runner.h"

namespace sluice::tasks {

class TransformChain {
 public:
  /// From `transforms`, `transforms.<a>.*`, `predicates`, `predicates.<a>.*`. Error kind kBadConfig.
  static Result<TransformChain> make(const plugins::Plugins& plugins, const sdk::Properties& properties);

  bool empty() const { return links_.empty(); }
  /// Leaves in `batch` what passes; records dropped or skipped are gone.
  Status apply(sdk::RecordBatch& batch, StageRunner& stages);

 private:
  struct Link {
    std::string class_name;
    std::unique_ptr<sdk::Transform> transform;
    std::shared_ptr<sdk::Predicate> predicate;  // one per alias, shared by the transforms that name it
    bool negate = false;
  };
  static Result<Link> make_link(const plugins::Plugins& plugins, const sdk::Properties& properties,
                                const std::string& alias);
  static Status apply_link(Link& link, sdk::RecordBatch& batch, StageRunner& stages);
  /// Marks in `removed` what goes no further.
  static Status transform(Link& link, std::span<sdk::Record> records, sdk::Arena& arena, StageRunner& stages,
                          std::span<uint8_t> removed);
  static Status apply_to_matching(Link& link, sdk::RecordBatch& batch, StageRunner& stages,
                                  std::span<uint8_t> removed);
  static Status test(Link& link, std::span<const sdk::Record> records, StageRunner& stages,
                     std::span<uint8_t> matches, std::span<uint8_t> removed);

  std::vector<Link> links_;
};

}  // namespace sluice::tasks
