#include "sdk/converter.h"

#include "sdk/contract.h"

namespace sluice::sdk {

Status Converter::guard(const Contract&) {
  return bad_config(
      "sluice.contract.policy needs a value converter with a schema registry, such as "
      "io.confluent.connect.avro.AvroConverter, or org.apache.kafka.connect.json.JsonConverter");
}

}  // namespace sluice::sdk
