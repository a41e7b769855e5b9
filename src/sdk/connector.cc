#include "sdk/connector.h"

namespace sluice::sdk {

std::vector<ConfigValue> Connector::validate(const Properties& properties) const {
  return config().validate(properties);
}

}  // namespace sluice::sdk
