#include "connectors/cdc/mysql/charset.h"

#include <iconv.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <map>

#include "base/log.h"
#include "sdk/data/java_utf8.h"

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

class Utf8 final : public Charset {
 public:
  std::string_view decode(BytesView bytes, sdk::Arena& arena) const override {
    return sdk::decode_utf8(arena, bytes);
  }
};

class Iconv final : public Charset {
 public:
  /// `ascii`: bytes below 0x80 are ASCII, whatever stands before them.
  Iconv(iconv_t converter, bool ascii) : converter_(converter), ascii_(ascii) {}
  ~Iconv() override { iconv_close(converter_); }
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;

  std::string_view decode(BytesView bytes, sdk::Arena& arena) const override {
    if (ascii_ && sdk::is_ascii(bytes)) return bytes;
    // Of one byte come three at most, and of one that is wrong the replacement's three.
    const size_t room = bytes.size() * 3 + kReplacement.size();
    auto* const text = static_cast<char*>(arena.allocate(room, 1));
    char* to = text;
    size_t left = room;
    auto* from = const_cast<char*>(bytes.data());
    size_t rest = bytes.size();
    iconv(converter_, nullptr, nullptr, nullptr, nullptr);
    while (rest > 0 && iconv(converter_, &from, &rest, &to, &left) == static_cast<size_t>(-1)) {
      if (left < kReplacement.size()) break;
      to = std::copy(kReplacement.begin(), kReplacement.end(), to);
      left -= kReplacement.size();
      if (errno == EINVAL) break;  // cut off in the midst of a character
      ++from;
      --rest;
    }
    return {text, static_cast<size_t>(to - text)};
  }

 private:
  const iconv_t converter_;
  const bool ascii_;
};

struct Encoding {
  const char* name;  // iconv's
  bool ascii;
};

const std::map<std::string_view, Encoding>& encodings() {
  static const std::map<std::string_view, Encoding> kEncodings{
      {"armscii8", {"ARMSCII-8", true}},
      {"ascii", {"US-ASCII", true}},
      {"big5", {"BIG5-HKSCS", true}},
      {"cp1250", {"CP1250", true}},
      {"cp1251", {"CP1251", true}},
      {"cp1256", {"CP1256", true}},
      {"cp1257", {"CP1257", true}},
      {"cp850", {"CP850", true}},
      {"cp852", {"CP852", true}},
      {"cp866", {"CP866", true}},
      {"cp932", {"CP932", true}},
      {"dec8", {"ISO-8859-1", true}},
      {"eucjpms", {"EUC-JP-MS", true}},
      {"euckr", {"EUC-KR", true}},
      {"gb18030", {"GB18030", true}},
      {"gb2312", {"GB2312", true}},
      {"gbk", {"GBK", true}},
      {"geostd8", {"GEORGIAN-PS", true}},
      {"greek", {"ISO-8859-7", true}},
      {"hebrew", {"ISO-8859-8", true}},
      {"hp8", {"HP-ROMAN8", true}},
      {"keybcs2", {"CP852", true}},
      {"koi8r", {"KOI8-R", true}},
      {"koi8u", {"KOI8-U", true}},
      {"latin1", {"CP1252", true}},
      {"latin2", {"ISO-8859-2", true}},
      {"latin5", {"ISO-8859-9", true}},
      {"latin7", {"ISO-8859-13", true}},
      {"macce", {"MAC-CENTRALEUROPE", true}},
      {"macroman", {"MACINTOSH", true}},
      {"sjis", {"SHIFT_JIS", false}},
      {"swe7", {"ISO646-SE", false}},
      {"tis620", {"TIS-620", true}},
      {"ucs2", {"UTF-16BE", false}},
      {"ujis", {"EUC-JP", true}},
      {"utf16", {"UTF-16BE", false}},
      {"utf16le", {"UTF-16LE", false}},
      {"utf32", {"UTF-32BE", false}},
  };
  return kEncodings;
}

bool is_utf8(std::string_view name) { return name == "utf8" || name == "utf8mb3" || name == "utf8mb4"; }

}  // namespace

CharsetPtr find_charset(std::string_view name) {
  static const CharsetPtr kUtf8 = std::make_shared<Utf8>();
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (is_utf8(lower)) return kUtf8;
  const auto found = encodings().find(lower);
  if (found != encodings().end()) {
    const iconv_t converter = iconv_open("UTF-8", found->second.name);
    if (std::bit_cast<intptr_t>(converter) != -1)
      return std::make_shared<Iconv>(converter, found->second.ascii);
  }
  if (!name.empty() && name != "binary")
    log::warn("Character set {} is not known here; its texts are taken for UTF-8", name);
  return kUtf8;
}

std::string charset_of_collation(std::string_view collation) {
  return std::string(collation.substr(0, collation.find('_')));
}

}  // namespace sluice::connectors::cdc::mysql
