// What libsluice_parquet.so exports.

#include "formats/parquet/module/column_writer.h"

extern "C" __attribute__((visibility("default"))) const sluice::formats::ParquetModule*
sluice_parquet_module_v1() {
  static const sluice::formats::ParquetModule module{.make_writer = &sluice::formats::make_column_writer};
  return &module;
}
