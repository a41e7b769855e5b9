#pragma once
// sasl.jaas.config, as Java reads it: `module.Class required key="value" …;`, exactly one module.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::kafka {

struct JaasModule {
  std::string login_module;
  std::map<std::string, std::string, std::less<>> options;
};

/// Error kind kBadConfig with Java's texts. Option values never appear in errors.
Result<JaasModule> parse_jaas(std::string_view text);

}  // namespace sluice::kafka
