#include "formats/parquet/module/raw_buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace sluice::formats {
namespace {

constexpr size_t kFirstBytes = 256;
/// From here on memory is mapped.
constexpr size_t kMappedMin = size_t{256} << 10;
/// From here on pages of 2 MB are asked for: a thousand times fewer page faults.
constexpr size_t kHugeMin = size_t{4} << 20;

bool is_mapped(size_t capacity) { return capacity >= kMappedMin; }

unsigned char* map_larger(unsigned char* data, size_t capacity, size_t used, size_t wanted) {
  void* mapped = is_mapped(capacity)
                     ? mremap(data, capacity, wanted, MREMAP_MAYMOVE)
                     : mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  if (!is_mapped(capacity)) {
    if (used != 0) std::memcpy(mapped, data, used);
    std::free(data);
  }
  if (wanted >= kHugeMin) (void)madvise(mapped, wanted, MADV_HUGEPAGE);
  return static_cast<unsigned char*>(mapped);
}

}  // namespace

void RawBuffer::grow(size_t more) {
  size_t wanted = std::max({kFirstBytes, capacity_ * 2, size_ + more});
  if (is_mapped(wanted)) {
    wanted = (wanted + kMappedMin - 1) / kMappedMin * kMappedMin;
    data_ = map_larger(data_, capacity_, size_, wanted);
  } else {
    auto* grown = static_cast<unsigned char*>(std::realloc(data_, wanted));
    if (grown == nullptr) throw std::bad_alloc();
    data_ = grown;
  }
  capacity_ = wanted;
}

void RawBuffer::free_memory() {
  if (is_mapped(capacity_)) {
    munmap(data_, capacity_);
  } else {
    std::free(data_);
  }
}

}  // namespace sluice::formats
