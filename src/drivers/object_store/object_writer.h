#pragma once
// One object written as a stream. Small ones are held in memory and put at once; when more than a part has
// gathered it goes out as a part of a multipart upload, so that memory stays bounded. Nothing is visible
// before finish(). One thread at a time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "drivers/object_store/object_store.h"

namespace sluice::object_store {

class ObjectWriter {
 public:
  /// `store` outlives the writer. Parts are sent when `part_bytes` have gathered.
  ObjectWriter(ObjectStore& store, std::string key, size_t part_bytes);
  /// Aborts what was not finished.
  ~ObjectWriter();
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  const std::string& key() const { return key_; }
  Status write(BytesView bytes);
  /// Sends what is in memory, if the store takes so small a part.
  Status release_memory();
  /// Makes the object visible. After kRetry it may be called again; nothing is sent twice.
  Status finish(const PutOptions& options);
  void abort();

  size_t bytes_in_memory() const { return buffer_.size(); }
  uint64_t size() const { return size_; }

 private:
  Status send_part();

  ObjectStore& store_;
  const std::string key_;
  const size_t part_bytes_;
  std::string buffer_;
  std::optional<Upload> upload_;
  uint64_t size_ = 0;
  bool done_ = false;
};

}  // namespace sluice::object_store
