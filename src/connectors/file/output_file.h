#pragma once
// What a sink task writes: a file that it appends to, or standard output. One thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/stop_signal.h"

namespace sluice::connectors::file {

class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile() { close(); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Creates the file if it is missing.
  Status open(const std::string& path);
  void open_standard_output();
  void close();

  /// Where a batch begins, so that undo() can take it back.
  void begin();
  /// Writes all of `bytes`, waiting for a slow reader of a pipe until stop is requested.
  Status append(std::string_view bytes, const StopSignal& stop);
  /// Cuts off what was appended since begin(), unless somebody else wrote there too. True if nothing is left
  /// of it.
  bool undo();
  /// Makes what was appended durable.
  Status sync();

 private:
  std::string path_;
  int descriptor_ = -1;
  bool owned_ = false;
  bool dirty_ = false;
  int64_t begin_ = -1;  // the file's size at begin(); -1: not a regular file
  int64_t appended_ = 0;
};

}  // namespace sluice::connectors::file
