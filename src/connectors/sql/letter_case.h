#pragma once
// Upper and lower case of ASCII letters, whatever the process' locale; all else stays.

#include <string>
#include <string_view>

namespace sluice::connectors::sql {

std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);
/// Whether two texts are the same but for case.
bool same_word(std::string_view left, std::string_view right);

}  // namespace sluice::connectors::sql
