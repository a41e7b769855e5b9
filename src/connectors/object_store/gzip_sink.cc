#include "connectors/object_store/gzip_sink.h"

#include <array>

#include "base/check.h"

namespace sluice::connectors::object_store {
namespace {

constexpr int kWindowBitsGzip = 15 + 16;  // a gzip head instead of zlib's own
constexpr int kMemoryLevel = 8;           // zlib's default

}  // namespace

GzipSink::GzipSink(formats::ByteSink& sink, int level) : sink_(sink) {
  const int result =
      deflateInit2(&stream_, level, Z_DEFLATED, kWindowBitsGzip, kMemoryLevel, Z_DEFAULT_STRATEGY);
  SLUICE_CHECK(result == Z_OK, "zlib takes the levels -1 to 9");
}

GzipSink::~GzipSink() { deflateEnd(&stream_); }

Status GzipSink::write(BytesView bytes) { return deflate_all(bytes, Z_NO_FLUSH); }

Status GzipSink::finish() { return deflate_all({}, Z_FINISH); }

Status GzipSink::deflate_all(BytesView bytes, int flush) {
  std::array<char, 65536> out;
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_.avail_in = static_cast<uInt>(bytes.size());
  int result = Z_OK;
  do {
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = out.size();
    result = deflate(&stream_, flush);
    const size_t produced = out.size() - stream_.avail_out;
    if (produced > 0) SLUICE_RETURN_IF_ERROR(sink_.write({out.data(), produced}));
  } while (stream_.avail_out == 0 || (flush == Z_FINISH && result == Z_OK));
  return {};
}

}  // namespace sluice::connectors::object_store
