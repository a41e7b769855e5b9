// Answers of a store are foreign bytes: whatever they hold, reading them must not go wrong.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "drivers/object_store/s3_xml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"Code", "Message", "Contents", "UploadId"}) {
    (void)sluice::object_store::xml_text(xml, name);
    for (const std::string_view item : sluice::object_store::xml_elements(xml, name)) {
      (void)sluice::object_store::xml_text(item, "Key");
    }
  }
  return 0;
}
