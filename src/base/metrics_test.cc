#include "base/metrics.h"

#include <gtest/gtest.h>

namespace sluice::metrics {
namespace {

TEST(Metrics, AreWrittenByFamilyAndForgottenWithTheirOwner) {
  Registry registry;
  const Description retries{"task_retries", Kind::kCounter, "Retries."};
  const auto second = registry.add(retries, {{"connector", "b\"\\\n"}, {"task", "0"}});
  const auto last = registry.add({"last_error", Kind::kGauge, "When."}, {});
  auto first = registry.add(retries, {{"connector", "a"}, {"task", "0"}});
  first->add();
  first->add(2);
  last->set(-5);
  EXPECT_EQ(registry.prometheus_text(),
            "# HELP last_error When.\n"
            "# TYPE last_error gauge\n"
            "last_error -5\n"
            "# HELP task_retries Retries.\n"
            "# TYPE task_retries counter\n"
            "task_retries{connector=\"a\",task=\"0\"} 3\n"
            "task_retries{connector=\"b\\\"\\\\\\n\",task=\"0\"} 0\n");
  first.reset();
  EXPECT_EQ(registry.prometheus_text().find("connector=\"a\""), std::string::npos);
}

}  // namespace
}  // namespace sluice::metrics
