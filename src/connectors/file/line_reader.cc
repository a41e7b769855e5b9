#include "connectors/file/line_reader.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "sdk/data/java_utf8.h"

namespace sluice::connectors::file {
namespace {

constexpr size_t kSparesMax = 4;

}  // namespace

std::shared_ptr<LineReader::Block> LineReader::take_block(size_t bytes) {
  for (auto& spare : spares_) {
    if (spare.use_count() != 1 || spare->size != bytes) continue;
    std::atomic_thread_fence(std::memory_order_acquire);  // after the last reader's release
    std::shared_ptr<Block> found = std::move(spare);
    spare = std::move(spares_.back());
    spares_.pop_back();
    return found;
  }
  return std::make_shared<Block>(Block{std::unique_ptr<char[]>(new char[bytes]), bytes});
}

std::span<char> LineReader::room() {
  const size_t pending = end_ - start_;
  if (pending >= line_bytes_max_) return {};
  // Bytes after end_ were never handed out, so appending to a block that batches still hold is fine.
  if (block_ && block_->size - end_ >= block_bytes_ / 4)
    return {block_->bytes.get() + end_, block_->size - end_};
  std::shared_ptr<Block> fresh = take_block(std::max(block_bytes_, pending * 2));
  if (pending > 0) std::memcpy(fresh->bytes.get(), block_->bytes.get() + start_, pending);
  if (block_ && block_->size == block_bytes_ && spares_.size() < kSparesMax)
    spares_.push_back(std::move(block_));
  block_ = std::move(fresh);
  newline_ -= start_;
  start_ = 0;
  end_ = pending;
  if (pending == 0) ascii_ = true;
  has_return_ = find('\r', 0, pending) != nullptr;
  return {block_->bytes.get() + end_, block_->size - end_};
}

void LineReader::filled(size_t bytes) {
  const std::string_view added(block_->bytes.get() + end_, bytes);
  ascii_ = ascii_ && sdk::is_ascii(added);
  has_return_ = has_return_ || find('\r', end_, end_ + bytes) != nullptr;
  end_ += bytes;
}

const char* LineReader::find(char wanted, size_t from, size_t to) const {
  return from == to ? nullptr
                    : static_cast<const char*>(std::memchr(block_->bytes.get() + from, wanted, to - from));
}

bool LineReader::next(Line& line) {
  if (start_ == end_) return false;
  const char* const bytes = block_->bytes.get();
  if (!newline_found_) {  // kept between calls: a long line, or many "\r" ones, are searched only once
    const char* at = find('\n', newline_, end_);
    newline_found_ = at != nullptr;
    newline_ = at == nullptr ? end_ : static_cast<size_t>(at - bytes);
  }
  size_t text_end = newline_;
  size_t line_end = newline_ + 1;
  if (const char* at = has_return_ ? find('\r', start_, newline_) : nullptr; at != nullptr) {
    text_end = static_cast<size_t>(at - bytes);
    if (text_end + 1 == end_) return false;  // perhaps the first half of "\r\n"
    line_end = bytes[text_end + 1] == '\n' ? text_end + 2 : text_end + 1;
  } else if (!newline_found_) {
    return false;
  }
  line = {{bytes + start_, text_end - start_}, line_end - start_};
  start_ = line_end;
  if (newline_found_ && start_ > newline_) {
    newline_found_ = false;
    newline_ = start_;
  }
  return true;
}

}  // namespace sluice::connectors::file
