#pragma once
// Positions in PostgreSQL's write-ahead log.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::connectors::cdc::postgres {

using Lsn = uint64_t;

/// "16/B374D848".
std::string lsn_text(Lsn lsn);
std::optional<Lsn> parse_lsn(std::string_view text);

}  // namespace sluice::connectors::cdc::postgres
