#pragma once
// Which table a record belongs to.

#include <string>

#include "base/result.h"
#include "connectors/sql/dialect.h"
#include "connectors/sql/sink/change.h"
#include "connectors/sql/sink/options.h"

namespace sluice::connectors::sql {

/// Whether the name depends on more than the topic: on fields of a change event's source.
bool names_by_source(const SinkOptions& options);

/// The table as the format has it, folded where names are not quoted. Error kind kBadRecord: the format asks
/// for what the record does not have, or makes no name.
Result<TableId> table_of(const SinkOptions& options, const Dialect& dialect, std::string_view topic,
                         const sdk::StructNode* source);

}  // namespace sluice::connectors::sql
