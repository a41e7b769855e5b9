#pragma once
// A dialect as an ODBC driver wants it: placeholders are question marks, all else is the product's.

#include <memory>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// `base` outlives it.
std::unique_ptr<Dialect> with_question_marks(const Dialect& base);
/// "$1" and "?1" outside of quotes become "?".
std::string unnumbered(std::string_view sql);

}  // namespace sluice::connectors::sql
