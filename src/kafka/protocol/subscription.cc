#include "kafka/protocol/subscription.h"

#include <algorithm>

#include "kafka/protocol/wire.h"

namespace sluice::kafka::protocol {

std::optional<std::vector<std::string>> subscribed_topics(BytesView metadata) {
  Reader reader(metadata, false);
  reader.int16();  // later versions only add to the end
  std::vector<std::string> topics(reader.array_size());
  for (std::string& topic : topics) topic = reader.string();
  if (!reader.ok()) return std::nullopt;
  std::ranges::sort(topics);
  return topics;
}

}  // namespace sluice::kafka::protocol
