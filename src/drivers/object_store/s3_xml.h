#pragma once
// As much XML as S3's answers need. Foreign bytes: nothing here trusts them.

#include <string>
#include <string_view>
#include <vector>

namespace sluice::object_store {

/// The text of the first <name>…</name>, entities resolved; "" if there is none.
std::string xml_text(std::string_view xml, std::string_view name);
/// The inner text of every <name>…</name>, as it is.
std::vector<std::string_view> xml_elements(std::string_view xml, std::string_view name);
std::string xml_escape(std::string_view text);

}  // namespace sluice::object_store
