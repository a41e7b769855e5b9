#include "connectors/cdc/common/chunk_key.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sluice::connectors::cdc {
namespace {

// Bytes of the protocol.
constexpr char kNull = 0x70;
constexpr char kReference = 0x71;
constexpr char kClass = 0x72;
constexpr char kObject = 0x73;
constexpr char kString = 0x74;
constexpr char kArray = 0x75;
constexpr char kEndOfData = 0x78;
constexpr char kLongString = 0x7c;
constexpr char kSerializable = 0x02;
constexpr std::string_view kHeader("\xac\xed\x00\x05", 4);
constexpr uint32_t kFirstHandle = 0x7e0000;
constexpr size_t kShortTextMax = 0xffff;

constexpr std::string_view kArrayClass = "[Ljava.lang.Object;";
constexpr uint64_t kArrayVersion = 0x90ce589f1073296c;
constexpr std::string_view kNumberClass = "java.lang.Number";
constexpr uint64_t kNumberVersion = 0x86ac951d0b94e08b;

struct NumberClass {
  std::string_view name;
  uint64_t version;
  char type;  // of its field
  size_t bytes;
};
constexpr NumberClass kInteger{"java.lang.Integer", 0x12e2a0a4f7818738, 'I', 4};
constexpr NumberClass kLong{"java.lang.Long", 0x3b8be490cc8f23df, 'J', 8};
constexpr NumberClass kShort{"java.lang.Short", 0x684d37133460da52, 'S', 2};

void append_number(std::string& out, uint64_t number, size_t bytes) {
  for (size_t i = bytes; i > 0; --i) out += static_cast<char>(number >> (8 * (i - 1)));
}

int64_t number_of(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Java's own form of UTF-8: zero in two bytes, characters beyond the first plane as two units.
std::string modified_utf8(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead == 0) {
      out += "\xc0\x80";
    } else if (lead < 0xf0 || at + 3 >= text.size()) {
      out += text[at];
    } else {
      uint32_t point = lead & 7U;
      for (int i = 0; i < 3; ++i) point = point << 6 | (static_cast<unsigned char>(text[++at]) & 0x3fU);
      point -= 0x10000;
      for (const uint32_t unit : {0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff)}) {
        out += static_cast<char>(0xe0 | unit >> 12);
        out += static_cast<char>(0x80 | (unit >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (unit & 0x3f));
      }
    }
  }
  return out;
}

std::string plain_utf8(std::string_view text) {
  std::string out;
  const auto unit_at = [&](size_t at) -> uint32_t {
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
    if (at + 2 >= text.size() || byte(at) != 0xed) return 0;
    return (byte(at) & 0xf) << 12 | (byte(at + 1) & 0x3f) << 6 | (byte(at + 2) & 0x3f);
  };
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\xc0' && at + 1 < text.size()) {
      out += '\0';
      ++at;
      continue;
    }
    const uint32_t high = unit_at(at);
    const uint32_t low = at + 3 < text.size() ? unit_at(at + 3) : 0;
    if (high < 0xd800 || high > 0xdbff || low < 0xdc00) {
      out += text[at];
      continue;
    }
    const uint32_t point = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    out += static_cast<char>(0xf0 | point >> 18);
    for (const int shift : {12, 6, 0}) out += static_cast<char>(0x80 | (point >> shift & 0x3f));
    at += 5;
  }
  return out;
}

class Writer {
 public:
  std::string write(const ChunkKey& key) {
    out_ = kHeader;
    out_ += kArray;
    class_header(kArrayClass, kArrayVersion, 0);
    out_ += kEndOfData;
    out_ += kNull;
    ++next_;  // the array itself
    append_number(out_, key.size(), 4);
    for (const KeyPart& part : key) write_part(part);
    return std::move(out_);
  }

 private:
  void write_part(const KeyPart& part) {
    switch (part.kind) {
      case KeyPart::Kind::kNull:
        out_ += kNull;
        return;
      case KeyPart::Kind::kInt32:
        return number(kInteger, integer_class_, part.text);
      case KeyPart::Kind::kInt64:
        return number(kLong, long_class_, part.text);
      case KeyPart::Kind::kText:
        return text(modified_utf8(part.text));
    }
  }

  void class_header(std::string_view name, uint64_t version, uint16_t fields) {
    out_ += kClass;
    append_number(out_, name.size(), 2);
    out_ += name;
    append_number(out_, version, 8);
    out_ += kSerializable;
    append_number(out_, fields, 2);
    ++next_;
  }

  void reference(uint32_t handle) {
    out_ += kReference;
    append_number(out_, handle, 4);
  }

  void number(const NumberClass& of, std::optional<uint32_t>& known, std::string_view value) {
    out_ += kObject;
    if (known) {
      reference(*known);
    } else {
      known = next_;
      class_header(of.name, of.version, 1);
      out_ += of.type;
      append_number(out_, 5, 2);
      out_ += "value";
      out_ += kEndOfData;
      if (number_class_) {
        reference(*number_class_);
      } else {
        number_class_ = next_;
        class_header(kNumberClass, kNumberVersion, 0);
        out_ += kEndOfData;
        out_ += kNull;
      }
    }
    ++next_;  // the number itself
    append_number(out_, static_cast<uint64_t>(number_of(value)), of.bytes);
  }

  void text(const std::string& bytes) {
    const bool is_long = bytes.size() > kShortTextMax;
    out_ += is_long ? kLongString : kString;
    append_number(out_, bytes.size(), is_long ? 8 : 2);
    out_ += bytes;
    ++next_;
  }

  std::string out_;
  uint32_t next_ = kFirstHandle;
  std::optional<uint32_t> number_class_;
  std::optional<uint32_t> integer_class_;
  std::optional<uint32_t> long_class_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  Result<ChunkKey> read() {
    if (!take(kHeader)) return problem("it has no header");
    if (rest_ == std::string_view(&kNull, 1)) return ChunkKey();
    if (!take({&kArray, 1})) return problem("it is no array");
    SLUICE_RETURN_IF_ERROR(read_class());
    handles_.emplace_back();  // the array itself
    const uint64_t count = number(4);
    ChunkKey key;
    for (uint64_t i = 0; i < count; ++i) {
      SLUICE_ASSIGN_OR_RETURN(KeyPart part, read_part());
      key.push_back(std::move(part));
    }
    return key;
  }

 private:
  /// What later parts may refer to: a class's name or a text.
  struct Handle {
    std::string class_name;
    std::optional<std::string> text;
  };

  static Error problem(const std::string& what) {
    return bad_record("The key of an incremental snapshot in the offset cannot be read: " + what);
  }
  bool take(std::string_view bytes) {
    if (!rest_.starts_with(bytes)) return false;
    rest_.remove_prefix(bytes.size());
    return true;
  }
  std::string_view bytes(size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  uint64_t number(size_t count) {
    uint64_t value = 0;
    for (const char c : bytes(count)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  Result<const Handle*> referred() {
    const uint64_t handle = number(4) - kFirstHandle;
    if (handle >= handles_.size()) return problem("a reference leads nowhere");
    return &handles_[handle];
  }

  /// A class description with those of its parents.
  Result<std::string> read_class() {
    std::string first;
    for (int depth = 0; depth < 3; ++depth) {
      if (take({&kNull, 1})) return first;
      if (take({&kReference, 1})) {
        SLUICE_ASSIGN_OR_RETURN(const Handle* known, referred());
        return first.empty() ? known->class_name : first;
      }
      if (!take({&kClass, 1})) return problem("a class is not described");
      const std::string name(bytes(number(2)));
      bytes(9);  // version and flags
      handles_.push_back({name, std::nullopt});
      for (uint64_t fields = number(2); fields > 0 && !rest_.empty(); --fields) {
        bytes(1);
        bytes(number(2));
      }
      if (!take({&kEndOfData, 1})) return problem("class " + name + " is annotated");
      if (first.empty()) first = name;
    }
    return problem("class " + first + " is not known");
  }

  Result<KeyPart> read_part() {
    if (take({&kNull, 1})) return KeyPart();
    if (take({&kReference, 1})) {
      SLUICE_ASSIGN_OR_RETURN(const Handle* known, referred());
      if (!known->text) return problem("an element is no value");
      return KeyPart{KeyPart::Kind::kText, *known->text};
    }
    const bool is_long = take({&kLongString, 1});
    if (is_long || take({&kString, 1})) {
      const uint64_t size = number(is_long ? 8 : 2);
      if (size > rest_.size()) return problem("it is cut off");
      KeyPart part{KeyPart::Kind::kText, plain_utf8(bytes(size))};
      handles_.push_back({"", part.text});
      return part;
    }
    if (!take({&kObject, 1})) return problem("an element is neither number nor text");
    SLUICE_ASSIGN_OR_RETURN(const std::string name, read_class());
    handles_.emplace_back();
    for (const NumberClass* known : {&kInteger, &kLong, &kShort}) {
      if (known->name != name) continue;
      if (rest_.size() < known->bytes) return problem("it is cut off");
      const size_t shift = 64 - 8 * known->bytes;
      const auto value = static_cast<int64_t>(number(known->bytes) << shift) >> shift;
      const auto kind = known->bytes == 8 ? KeyPart::Kind::kInt64 : KeyPart::Kind::kInt32;
      return KeyPart{kind, std::to_string(value)};
    }
    return problem("it holds a " + name);
  }

  std::string_view rest_;
  std::vector<Handle> handles_;
};

}  // namespace

std::string java_hex(const ChunkKey& key) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : Writer().write(key)) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

Result<ChunkKey> parse_java_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned byte = 0;
    const auto read = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (read.ptr != hex.data() + i + 2)
      return bad_record("The key of an incremental snapshot is no hexadecimal number");
    bytes += static_cast<char>(byte);
  }
  return Reader(bytes).read();
}

std::string shown(const ChunkKey& key) {
  std::string text;
  for (const KeyPart& part : key) {
    if (!text.empty()) text += ',';
    text += part.kind == KeyPart::Kind::kNull ? "<null>" : part.text;
  }
  return text;
}

}  // namespace sluice::connectors::cdc
