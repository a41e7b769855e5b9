#include "formats/json/json_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "sdk/data/values.h"

namespace sluice::json {
namespace {

using sdk::Arena;
using sdk::Kind;
using sdk::Value;

/// The value as Java text with its kind for scalars, or "error".
std::string described(const Result<Value>& value) {
  if (!value.ok()) return "error";
  std::string text(sdk::kind_name(value->kind()));
  text.push_back(' ');
  if (value->kind() == Kind::kBytes) return text.append(value->as_bytes());
  sdk::append_java_text(text, *value);
  return text;
}

std::string decoded(BytesView text, Numbers numbers = Numbers::kPlain) {
  Decoder decoder(numbers);
  Arena arena;
  decoder.begin_batch(arena);
  const std::string both = described(decoder.decode(text, arena));
  EXPECT_EQ(both, described(decode_leniently(text, arena, numbers))) << text;
  return both;
}

/// Whether the fast way takes it.
bool is_plain(BytesView text) {
  Decoder decoder;
  Arena arena;
  Value value;
  size_t taken = 0;
  return decoder.decode_plain(text, arena, value, taken);
}

TEST(JsonDecoder, ReadsEveryKind) {
  EXPECT_EQ(decoded(R"({"a":1,"b":[true,false,null],"c":{"d":"x"},"e":-2.5,"f":{},"g":[]})"),
            "map {a=1, b=[true, false, null], c={d=x}, e=-2.5, f={}, g=[]}");
  EXPECT_EQ(decoded(" [ 1 , 2 ]\n"), "array [1, 2]");
  EXPECT_EQ(decoded("\"text\""), "string text");
  EXPECT_EQ(decoded("12"), "int64 12");
  EXPECT_EQ(decoded("true"), "boolean true");
  EXPECT_EQ(decoded("null"), "null null");
  EXPECT_EQ(decoded(""), "null null");
  EXPECT_EQ(decoded("  "), "null null");
}

TEST(JsonDecoder, NumbersAsJavaReadsThem) {
  EXPECT_EQ(decoded("[9223372036854775807,-9223372036854775808,12345678901234567890,-0]"),
            "array [9223372036854775807, -9223372036854775808, -6101065172474983726, 0]");
  EXPECT_EQ(decoded("[1e5,1E-5,-0.0,1e400,-1e400,1e-400,123456789.12345678901234567890,1e0005]"),
            "array [100000.0, 1.0E-5, 0.0, Infinity, -Infinity, 0.0, 1.2345678912345679E8, 100000.0]");
  EXPECT_EQ(decoded("[007,00,-01.5]"), "array [7, 0, -1.5]");
  for (const char* wrong : {"[1.]", "[.5]", "[+1]", "[1e]", "[-]", "[1e+]", "[NaN]", "[Infinity]", "[0x10]",
                            "[1_0]", "12abc", "1e2147483649", "[1e99999999999999999999]"}) {
    EXPECT_EQ(decoded(wrong), "error") << wrong;
  }
}

TEST(JsonDecoder, ExactNumbersKeepTheirText) {
  EXPECT_EQ(decoded("[1.50,12345678901234567890]", Numbers::kExact).substr(0, 5), "array");
  EXPECT_EQ(decoded("1.50", Numbers::kExact), "bytes 1.50");
  EXPECT_EQ(decoded("-12345678901234567890", Numbers::kExact), "bytes -12345678901234567890");
  EXPECT_EQ(decoded("15", Numbers::kExact), "int64 15");
}

TEST(JsonDecoder, StringsAndEscapes) {
  EXPECT_EQ(decoded(R"(["\"\\\/\b\f\n\r\t","\u00e9\u20AC\ud83d\ude00","plain"])"),
            "array [\"\\/\b\f\n\r\t, \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80, plain]");
  EXPECT_EQ(decoded("[\"\xC3\xA9\"]"), "array [\xC3\xA9]");
  EXPECT_EQ(decoded(R"(["\ud83dx"])"), "array [?x]");
  EXPECT_EQ(decoded("[\"a long text of more than sixteen bytes \\n and more of it after\"]"),
            "array [a long text of more than sixteen bytes \n and more of it after]");
  for (const char* wrong :
       {"[\"a\nb\"]", "[\"\\x\"]", "[\"\\u12g4\"]", "[\"\xFF\"]", "[\"\xC3(\"]", "[\"abc"}) {
    EXPECT_EQ(decoded(wrong), "error") << wrong;
  }
}

TEST(JsonDecoder, IgnoresWhatFollowsTheFirstValue) {
  EXPECT_EQ(decoded("{\"a\":1} garbage"), "map {a=1}");
  EXPECT_EQ(decoded("[1]]"), "array [1]");
  EXPECT_EQ(decoded("12 abc"), "int64 12");
  EXPECT_EQ(decoded("nullx"), "error");
}

TEST(JsonDecoder, OfEqualKeysTheLastValueStaysAtTheFirstPlace) {
  EXPECT_EQ(decoded(R"({"a":1,"b":2,"a":3})"), "map {a=3, b=2}");
  EXPECT_EQ(decoded(R"({"a":1,"\u0061":3})"), "map {a=3}");
  std::string many("{");
  for (int i = 0; i < 300; ++i) many.append("\"k").append(std::to_string(i % 150)).append("\":1,");
  many.append("\"z\":0}");
  Decoder decoder;
  Arena arena;
  decoder.begin_batch(arena);
  for (int round = 0; round < 2; ++round) EXPECT_EQ(decoder.decode(many, arena)->as_map().size(), 151U);
}

TEST(JsonDecoder, RefusesBrokenStructure) {
  for (const char* wrong : {"{",    "[",     "{\"a\"", "{\"a\":",   "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
                            "[1,]", "[1 2]", "{1:2}",  "{\"a\" 1}", "{a:1}",    "['a']",     "]",
                            "}",    ":",     "tru",    "[truex]",   "[1,,2]",   "{,}"}) {
    EXPECT_EQ(decoded(wrong), "error") << wrong;
  }
}

TEST(JsonDecoder, DepthIsLimitedAsInJackson) {
  EXPECT_NE(decoded(std::string(1000, '[') + std::string(1000, ']')), "error");
  EXPECT_EQ(decoded(std::string(1001, '[') + std::string(1001, ']')), "error");
  EXPECT_EQ(decoded(std::string(1'000'000, '[')), "error");
}

TEST(JsonDecoder, NumbersAndNamesAreLimitedAsInJackson) {
  EXPECT_NE(decoded("[" + std::string(1000, '7') + "]"), "error");
  EXPECT_EQ(decoded("[" + std::string(1001, '7') + "]"), "error");
  EXPECT_NE(decoded("{\"" + std::string(50'000, 'k') + "\":1}"), "error");
  EXPECT_EQ(decoded("{\"" + std::string(50'001, 'k') + "\":1}"), "error");
}

TEST(JsonDecoder, ReadsOtherUnicodeForms) {
  using namespace std::string_view_literals;
  EXPECT_EQ(decoded("\xEF\xBB\xBF[1]"), "array [1]");
  EXPECT_EQ(decoded("\0[\0"
                    "1\0]"sv),
            "array [1]");
  EXPECT_EQ(decoded("[\0"
                    "1\0]\0"sv),
            "array [1]");
  EXPECT_EQ(decoded("\xFE\xFF\0[\0"
                    "1\0]"sv),
            "array [1]");
  EXPECT_EQ(decoded("[\0\0\0"
                    "1\0\0\0]\0\0\0"sv),
            "array [1]");
}

TEST(JsonDecoder, EventsTakeTheFastWay) {
  EXPECT_TRUE(is_plain(R"({"id": 1, "x": [1.5e3, "\u00e9", {"y": null}], "z": 1700000000000})"));
  EXPECT_FALSE(is_plain("[01]"));
  EXPECT_FALSE(is_plain("[\"\xED\xA0\x80\"]"));
}

TEST(JsonDecoder, SmallObjectsAfterLargeOnesTakeLittleRoom) {
  std::string text = "[{";
  for (int i = 0; i < 120; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  text.back() = '}';
  for (int i = 0; i < 10'000; ++i) text += ",{\"k0\":1}";
  Decoder decoder;
  sdk::Arena arena;
  decoder.begin_batch(arena);
  ASSERT_TRUE(decoder.decode(text + "]", arena).ok());
  EXPECT_LT(arena.bytes_used(), 20 * text.size());
}

TEST(JsonDecoder, MembersMayComeAndGoFromObjectToObject) {
  Decoder decoder;
  for (const char* text :
       {R"({"a":1,"b":{"x":1},"c":3})", R"({"a":1,"b":{"x":1}})", R"({"b":{"x":1,"y":2},"c":3})",
        R"({"a":1,"b":{"x":1},"c":3,"d":4})", R"({"a":1,"c":3,"b":2})", R"({"a" : 1,"b":{ } ,"c":3})",
        R"({})", R"({"a":1,"b":{"y":2},"c":3})"}) {
    sdk::Arena arena;
    decoder.begin_batch(arena);
    const auto value = decoder.decode(text, arena);
    ASSERT_TRUE(value.ok());
    sdk::Arena own;
    EXPECT_EQ(*value, *decode_leniently(text, own)) << text;
  }
}

TEST(JsonDecoder, SharesKeysBetweenDocuments) {
  Decoder decoder;
  Arena arena;
  decoder.begin_batch(arena);
  const Value first = *decoder.decode(R"({"id":1,"in":{"x":1},"name":"a","last":0})", arena);
  const Value second = *decoder.decode(R"({"id":2, "name":"b","in":{"x":1}, "extra":1, "last":0})", arena);
  EXPECT_EQ(first.as_map()[0].key.as_string().data(), second.as_map()[0].key.as_string().data());
  EXPECT_EQ(first.as_map()[2].key.as_string().data(), second.as_map()[1].key.as_string().data());
  EXPECT_EQ(first.as_map()[3].key.as_string().data(), second.as_map()[4].key.as_string().data());
  EXPECT_EQ(first.as_map()[1].value.as_map()[0].key.as_string().data(),
            second.as_map()[2].value.as_map()[0].key.as_string().data());
}

TEST(JsonDecoder, ForeignKeysDoNotFillTheMemoryNorLiveShorterThanTheirBatch) {
  Decoder decoder;
  Arena arena;
  for (int batch = 0; batch < 60; ++batch) {
    arena.reset();
    decoder.begin_batch(arena);
    const Value kept = *decoder.decode(R"({"kept":1})", arena);
    for (int i = 0; i < 100; ++i) {
      std::string text("{");
      for (int k = 0; k < 10; ++k) {
        text.append("\"key").append(std::to_string(batch * 1000 + i * 10 + k)).append("\":{\"v\":1},");
      }
      text.back() = '}';
      ASSERT_TRUE(decoder.decode(text, arena).ok());
    }
    EXPECT_EQ(kept.as_map()[0].key.as_string(), "kept");
  }
}

TEST(JsonDecoder, ErrorsNameThePlace) {
  Arena arena;
  EXPECT_EQ(
      decode_leniently("{\"a\": x}", arena).error().message(),
      "Unexpected character ('x' (code 120)): expected a valid value (number, String, array, object, 'true', "
      "'false' or 'null') at byte 6 of the JSON text");
}

}  // namespace
}  // namespace sluice::json
