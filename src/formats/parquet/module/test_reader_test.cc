#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include "formats/parquet/module/test_reader.h"

namespace sluice::formats {

ReadFile read_parquet(const std::string& bytes) {
  ReadFile read;
  auto buffer = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  auto reader = parquet::arrow::OpenFile(buffer, arrow::default_memory_pool());
  if (!reader.ok()) {
    ADD_FAILURE() << reader.status().ToString();
    return read;
  }
  const auto metadata = (*reader)->parquet_reader()->metadata();
  read.row_groups = metadata->num_row_groups();
  if (read.row_groups > 0 && metadata->num_columns() > 0) {
    read.codec = arrow::util::Codec::GetCodecAsString(metadata->RowGroup(0)->ColumnChunk(0)->compression());
  }
  const auto table = (*reader)->ReadTable();
  if (!table.ok()) {
    ADD_FAILURE() << table.status().ToString();
    return read;
  }
  for (const auto& field : (*table)->schema()->fields()) read.columns.push_back(field->ToString());
  const auto valid = (*table)->ValidateFull();
  EXPECT_TRUE(valid.ok()) << valid.ToString();
  for (int64_t row = 0; row < (*table)->num_rows(); ++row) {
    std::string text;
    for (const auto& column : (*table)->columns()) {
      text += (text.empty() ? "" : " | ") + (*column->GetScalar(row))->ToString();
    }
    read.rows.push_back(text);
  }
  return read;
}

}  // namespace sluice::formats
