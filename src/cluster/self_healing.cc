#include "cluster/self_healing.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "cluster/backoff.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

/// What has run that much longer than its last pause counts as healed.
constexpr int64_t kHealedAfterPauses = 4;
constexpr int64_t kHealedAfterMs = 60'000;
constexpr double kJitter = 0.2;

bool has_line_of(const std::string& trace, std::string_view java_class) {
  size_t start = 0;
  while (start < trace.size()) {
    std::string_view line = std::string_view(trace).substr(start, trace.find('\n', start) - start);
    start += line.size() + 1;
    if (constexpr std::string_view kCause = "Caused by: "; line.starts_with(kCause)) {
      line.remove_prefix(kCause.size());
    }
    if (line.starts_with(java_class)) return true;
  }
  return false;
}

}  // namespace

bool can_heal(const std::string& trace) {
  return !has_line_of(trace, java_exception_class(ErrorKind::kBadConfig));
}

bool SelfHealing::is_on() const {
  if (parts_.options.policy == RestartPolicy::kAuto) return parts_.all_sluice();
  return parts_.options.policy == RestartPolicy::kBackoff;
}

milliseconds SelfHealing::failed(Patient& patient) {
  const int64_t now = parts_.clock.steady_ms();
  const int64_t ran_ms = now - patient.failed_ms - patient.pause_ms;
  const bool has_healed = ran_ms > std::max(kHealedAfterMs, kHealedAfterPauses * patient.pause_ms);
  if (has_healed) patient.failures = 0;
  const milliseconds pause = backoff(patient.failures++, parts_.options.backoff, parts_.options.backoff_max);
  const double jitter = 1.0 - kJitter + 2 * kJitter * parts_.random.fraction();
  patient.pause_ms = static_cast<int64_t>(static_cast<double>(pause.count()) * jitter);
  patient.failed_ms = now;
  patient.id = ++last_id_;
  return milliseconds(patient.pause_ms);
}

template <typename Name>
WorkReport SelfHealing::reported(std::map<Name, Patient>& patients, const Name& name, WorkReport report,
                                 std::function<void()> restart) {
  if (report.state != store::WorkState::kFailed) {
    const auto found = patients.find(name);
    const bool runs = report.state == store::WorkState::kRunning;
    if (found != patients.end() && runs) found->second.id = 0;
    return report;
  }
  if (!is_on() || !can_heal(report.trace)) return report;
  Patient& patient = patients[name];
  const milliseconds pause = failed(patient);
  parts_.scheduler.post_after(pause, [&patients, name, id = patient.id, restart = std::move(restart)] {
    const auto found = patients.find(name);
    if (found == patients.end() || found->second.id != id) return;
    found->second.id = 0;
    restart();
  });
  if (!report.trace.empty() && report.trace.back() != '\n') report.trace += '\n';
  report.trace +=
      fmt::format("Sluice restarts it by itself in {} ms, try {} in a row (sluice.task.restart.policy)\n",
                  pause.count(), patient.failures);
  return report;
}

WorkReport SelfHealing::connector_reported(const std::string& connector, WorkReport report) {
  return reported(connectors_, connector, std::move(report), [this, connector] {
    log::info("Restarting connector {}, which has failed", connector);
    parts_.restart_connector(connector);
  });
}

WorkReport SelfHealing::task_reported(const TaskName& task, WorkReport report) {
  return reported(tasks_, task, std::move(report), [this, task] {
    log::info("Restarting task {}, which has failed", task.text());
    parts_.restart_task(task);
  });
}

}  // namespace sluice::cluster
