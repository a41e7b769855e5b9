#include "kafka/consumer.h"

#include "kafka/native_consumer.h"

namespace sluice::kafka {

Result<std::unique_ptr<Consumer>> make_consumer(const ClientConfig& config) {
  return NativeConsumer::make(config);
}

}  // namespace sluice::kafka
