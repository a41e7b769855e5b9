#pragma once
// A byte sink that compresses on the way to another one. One thread at a time.

#include <zlib.h>

#include "formats/parquet/parquet_writer.h"

namespace sluice::connectors::object_store {

class GzipSink final : public formats::ByteSink {
 public:
  /// `level` -1 to 9, as zlib's; `sink` outlives this.
  GzipSink(formats::ByteSink& sink, int level);
  ~GzipSink() override;
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;

  Status write(BytesView bytes) override;
  Status finish();

 private:
  Status deflate_all(BytesView bytes, int flush);

  formats::ByteSink& sink_;
  z_stream stream_{};
};

}  // namespace sluice::connectors::object_store
