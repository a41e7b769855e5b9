#pragma once
// Options whose value is one of a few names, in any case of letters.

#include <strings.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"

namespace sluice::transforms::debezium {

/// The place of `text` among the names; their number if it is none of them.
template <size_t kCount>
size_t mode_of(const char* const (&names)[kCount], const std::string& text) {
  size_t mode = 0;
  while (mode < kCount && strcasecmp(names[mode], text.c_str()) != 0) ++mode;
  return mode;
}

template <size_t kCount>
sdk::Validator one_of_modes(const char* const (&names)[kCount]) {
  return sdk::one_of_ignoring_case({std::begin(names), std::end(names)});
}

}  // namespace sluice::transforms::debezium
