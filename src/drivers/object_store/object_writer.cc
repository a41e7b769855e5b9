#include "drivers/object_store/object_writer.h"

#include <algorithm>

#include "base/log.h"

namespace sluice::object_store {

ObjectWriter::ObjectWriter(ObjectStore& store, std::string key, size_t part_bytes)
    : store_(store), key_(std::move(key)), part_bytes_(std::max(part_bytes, store.part_bytes_min())) {}

ObjectWriter::~ObjectWriter() { abort(); }

Status ObjectWriter::write(BytesView bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const size_t taken = std::min(bytes.size(), part_bytes_ - std::min(part_bytes_, buffer_.size()));
    buffer_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (buffer_.size() < part_bytes_) continue;
    if (auto sent = send_part(); !sent.ok()) {
      buffer_.append(bytes);  // a later call sends it: what was written is never lost
      return sent;
    }
  }
  return {};
}

Status ObjectWriter::release_memory() {
  if (buffer_.size() < std::max<size_t>(1, store_.part_bytes_min())) return {};
  return send_part();
}

Status ObjectWriter::send_part() {
  if (!upload_) {
    SLUICE_ASSIGN_OR_RETURN(upload_, store_.create_upload(key_));
  }
  SLUICE_RETURN_IF_ERROR(store_.upload_part(*upload_, buffer_));
  buffer_.clear();
  if (buffer_.capacity() > part_bytes_) buffer_.shrink_to_fit();
  return {};
}

Status ObjectWriter::finish(const PutOptions& options) {
  if (!upload_) {
    SLUICE_RETURN_IF_ERROR(store_.put(key_, buffer_, options));
  } else {
    if (!buffer_.empty()) SLUICE_RETURN_IF_ERROR(send_part());
    SLUICE_RETURN_IF_ERROR(store_.complete_upload(*upload_, options));
  }
  done_ = true;
  std::string().swap(buffer_);
  return {};
}

void ObjectWriter::abort() {
  if (done_) return;
  done_ = true;
  if (!upload_) return;
  if (const auto aborted = store_.abort_upload(*upload_); !aborted.ok()) {
    log::warn("Could not abort the upload of {}: {}", store_.describe(key_), aborted.error().message());
  }
}

}  // namespace sluice::object_store
