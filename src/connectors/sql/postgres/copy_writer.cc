#include <fmt/core.h>
#include <fmt/ranges.h>

#include "connectors/sql/postgres/writer.h"

namespace sluice::connectors::sql {
namespace {

constexpr size_t kSendBytes = size_t{64} << 10;
// The signature, no flags, no more header.
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr int16_t kTrailer = -1;

class CopyWriter final : public RowWriter {
 public:
  CopyWriter(PostgresConnection& connection, const TableWrite& write, std::vector<PgColumnEncoder> encoders,
             std::unique_ptr<WriteOptions> options)
      : connection_(connection),
        encoders_(std::move(encoders)),
        options_(std::move(options)),
        what_("write to table " + plain_name(write.table)) {
    std::vector<std::string> names;
    for (const PgColumnEncoder& encoder : encoders_) names.push_back(postgres_dialect().quote(encoder.name));
    sql_ = fmt::format("COPY {}({}) FROM STDIN BINARY", postgres_dialect().quote(write.table),
                       fmt::join(names, ","));
  }
  ~CopyWriter() override {
    if (started_) connection_.link().abort_copy();
  }
  CopyWriter(const CopyWriter&) = delete;
  CopyWriter& operator=(const CopyWriter&) = delete;

  Status write(const RowBlock& rows) override {
    SLUICE_RETURN_IF_ERROR(start());
    for (size_t i = 0; i < rows.rows(); ++i) {
      const auto row = rows.row(i);
      append_big_endian(buffer_, static_cast<int16_t>(row.size()));
      for (size_t column = 0; column < row.size(); ++column) {
        SLUICE_RETURN_IF_ERROR(encode_pg_cell(encoders_[column], row[column], buffer_));
      }
      if (buffer_.size() < kSendBytes) continue;
      SLUICE_RETURN_IF_ERROR(send());
    }
    return send();
  }

  Status finish() override {
    if (!started_) return {};
    append_big_endian(buffer_, kTrailer);
    SLUICE_RETURN_IF_ERROR(send());
    started_ = false;
    return connection_.link().end_copy(what_);
  }

 private:
  Status start() {
    if (started_) return {};
    SLUICE_RETURN_IF_ERROR(connection_.link().start_copy_in(sql_, what_));
    started_ = true;
    buffer_.assign(kHeader);
    return {};
  }
  Status send() {
    const Status sent = connection_.link().send_copy(buffer_, what_);
    buffer_.clear();
    return sent;
  }

  PostgresConnection& connection_;
  const std::vector<PgColumnEncoder> encoders_;
  const std::unique_ptr<WriteOptions> options_;  // the encoders'
  const std::string what_;
  std::string sql_;
  std::string buffer_;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_postgres_copy(PostgresConnection& connection, const TableWrite& write,
                                              std::vector<PgColumnEncoder> encoders,
                                              std::unique_ptr<WriteOptions> options) {
  return std::make_unique<CopyWriter>(connection, write, std::move(encoders), std::move(options));
}

}  // namespace sluice::connectors::sql
