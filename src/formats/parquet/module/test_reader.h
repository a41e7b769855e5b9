#pragma once
// For tests: what another reader finds in the bytes of a Parquet file.

#include <memory>
#include <string>
#include <vector>

#include "formats/parquet/parquet_writer.h"

namespace sluice::formats {

class BytesSink final : public ByteSink {
 public:
  Status write(BytesView bytes) override {
    if (!answer.ok()) return answer;
    text += bytes;
    return {};
  }
  std::string text;
  Status answer;
};

struct ReadFile {
  std::vector<std::string> columns;  // "name: type", as Arrow shows them
  std::vector<std::string> rows;     // one JSON-like text per row
  int row_groups = 0;
  std::string codec;  // of the first column
};

/// Ends the test on a file that cannot be read.
ReadFile read_parquet(const std::string& bytes);

}  // namespace sluice::formats
