#pragma once
// A tree of columns encoded as row groups of one Parquet file. The only file here that speaks to the Parquet
// library; its exceptions end in it. One thread at a time.

#include <memory>
#include <string_view>

#include "base/result.h"
#include "formats/parquet/module/node.h"
#include "formats/parquet/parquet_writer.h"

namespace sluice::formats {

class ParquetFile {
 public:
  virtual ~ParquetFile() = default;
  /// Encodes the `rows` rows that the tree's columns hold.
  virtual Status write_row_group(size_t rows) = 0;
  /// The footer.
  virtual Status close() = 0;
};

/// Writes the head of the file. The columns are those of `root` now; `root` and `sink` outlive the file.
/// The columns' first values decide which of them are worth a dictionary.
Result<std::unique_ptr<ParquetFile>> open_parquet_file(const ParquetOptions& options, const Node& root,
                                                       ByteSink& sink);

}  // namespace sluice::formats
