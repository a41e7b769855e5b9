#include "tasks/stage_runner.h"

namespace sluice::tasks {

std::optional<Error> first_error(const sdk::RecordErrors& errors) {
  return errors.empty() ? std::nullopt : std::optional(errors.entries().front().error);
}

Status StageRunner::settle(const StageOf& stage, const sdk::RecordErrors& errors,
                           const std::function<std::optional<Error>(size_t)>& again,
                           const std::function<uint32_t(size_t)>& origin, std::span<uint8_t> skipped) {
  for (const auto& [index, first] : errors.entries()) {
    if (skipped[index] != 0) continue;  // an earlier stage has given it up already
    const std::optional<Error> error = policy_.retry(first, [&] { return again(index); });
    if (!error) continue;
    SLUICE_RETURN_IF_ERROR(
        policy_.resolve(origins_.failure(stage.stage, stage.class_name, *error, origin(index))));
    skipped[index] = 1;
  }
  return {};
}

}  // namespace sluice::tasks
