#pragma once
// Opens the Parquet module at first use. It stays open for the life of the process. Thread-safe.

#include "base/result.h"
#include "formats/parquet/parquet_writer.h"

namespace sluice::formats {

/// Looks for libsluice_parquet.so in the folder SLUICE_MODULE_PATH, else in `modules/` beside the executable
/// and in
/// `../lib/sluice/modules/`. Error kind kFailed names the places and the loader's reason.
Result<const ParquetModule*> parquet_module();

}  // namespace sluice::formats
