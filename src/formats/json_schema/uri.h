#pragma once
// URIs of schemas and references between them (RFC 3986).

#include <string>
#include <string_view>
#include <utility>

namespace sluice::json_schema {

/// What `reference` means where `base` is in force; its fragment is kept. Relative to an empty base it stays
/// what it is.
std::string resolve_uri(std::string_view base, std::string_view reference);

/// The part before the first # and the part after it.
std::pair<std::string_view, std::string_view> split_fragment(std::string_view uri);

/// With %41 and the like read; what is no such escape stays.
std::string unescape_uri(std::string_view text);

}  // namespace sluice::json_schema
