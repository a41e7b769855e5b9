#include "ledger.h"

namespace sluice::sim {

Run Ledger::started(const TaskName& task, const std::string& worker) {
  const Run run{task, worker, next_run_++, world_.now_ms()};
  Holder& holder = holders_[task];
  world_.trace("{} starts {}{}", worker, task.text(),
               holder.running ? " while " + holder.run.worker + " runs it" : "");
  holder.run = run;
  holder.running = true;
  return run;
}

void Ledger::ended(const Run& run) {
  Holder& holder = holders_[run.task];
  if (holder.run.id == run.id) holder.running = false;
  world_.trace("{} has stopped {}", run.worker, run.task.text());
}

void Ledger::acts(const Run& run) {
  ++acts_total_;
  Holder& holder = holders_[run.task];
  if (holder.run.id == run.id) {
    holder.last_act_ms = world_.now_ms();
    return;
  }
  const int64_t late_ms = world_.now_ms() - holder.run.started_ms;
  ++overlaps_;
  world_.trace("{} still acts for {}, {} ms after {} has started it", run.worker, run.task.text(), late_ms,
               holder.run.worker);
  if (late_ms > overlap_max_ms(run.worker))
    world_.violated(fmt::format("{} acts for {}, {} ms after {} has started it", run.worker, run.task.text(),
                                late_ms, holder.run.worker));
}

void Ledger::append(const std::string& connector, int partition, int64_t record) {
  Book& book = books_[connector];
  auto& ahead = book.ahead.at(static_cast<size_t>(partition));
  int64_t& complete = book.complete.at(static_cast<size_t>(partition));
  if (record >= complete) ahead.insert(record);
  while (ahead.erase(complete) > 0) ++complete;
}

void Ledger::write_offset(const std::string& connector, int partition, int64_t offset) {
  Book& book = books_[connector];
  const auto index = static_cast<size_t>(partition);
  if (offset > book.complete.at(index))
    world_.violated(
        fmt::format("offset {} of {} partition {} is written, and only {} records are acknowledged", offset,
                    connector, partition, book.complete.at(index)));
  book.offsets.at(index) = offset;
}

bool Ledger::commit(const TaskName& task, int64_t epoch, int partition, int64_t from, int64_t to) {
  if (epochs_[task] != epoch) return false;
  Book& book = books_[task.connector];
  int64_t& offset = book.offsets.at(static_cast<size_t>(partition));
  if (offset != from)
    world_.violated(fmt::format("{} commits records {} to {} of partition {}, which stands at {}: {}",
                                task.text(), from, to, partition, offset,
                                offset > from ? "doubled" : "lost"));
  offset = to;
  book.complete.at(static_cast<size_t>(partition)) = to;
  return true;
}

std::optional<Run> Ledger::runs(const TaskName& task) const {
  const auto holder = holders_.find(task);
  if (holder == holders_.end() || !holder->second.running) return std::nullopt;
  return holder->second.run;
}

int64_t Ledger::last_act_ms(const TaskName& task) const {
  const auto holder = holders_.find(task);
  return holder == holders_.end() ? -1 : holder->second.last_act_ms;
}

void Ledger::forget_worker(const std::string& worker) {
  for (auto& [task, holder] : holders_)
    if (holder.run.worker == worker) holder.running = false;
}

}  // namespace sluice::sim
