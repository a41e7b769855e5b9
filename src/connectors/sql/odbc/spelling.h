#pragma once
// A dialect as an ODBC driver wants it: placeholders are question marks, all else is the product's.

#include <string>
#include <string_view>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// `base` itself where it numbers nothing. Lives for ever.
const Dialect& with_question_marks(const Dialect& base);
/// "$1" and "?1" outside of quotes become "?".
std::string unnumbered(std::string_view sql);

}  // namespace sluice::connectors::sql
