#include "connectors/object_store/names.h"

#include <gtest/gtest.h>

namespace sluice::connectors::object_store {
namespace {

SinkOptions options_of(FormatKind format, bool gzip = false) {
  SinkOptions options;
  options.format.kind = format;
  options.format.gzip = gzip;
  return options;
}

TEST(Names, AreConfluents) {
  SinkOptions options = options_of(FormatKind::kJson);
  const FileIdentity file{"orders", 3, "partition=3", 42, 0};
  EXPECT_EQ(object_key(options, {}, file), "topics/orders/partition=3/orders+3+0000000042.json");
  options.names = {"", "_", "-", 3, "", ""};
  EXPECT_EQ(object_key(options, {}, file), "orders_partition=3_orders-3-042.json");
  options.names.offset_digits = 0;
  EXPECT_EQ(object_key(options, {}, file), "orders_partition=3_orders-3-42.json");
}

TEST(Names, ExtensionsAreThoseOfTheFormats) {
  EXPECT_EQ(extension_of(options_of(FormatKind::kJson, true).format), ".json.gz");
  EXPECT_EQ(extension_of(options_of(FormatKind::kBytes, true).format), ".bin.gz");
  FormatOptions parquet = options_of(FormatKind::kParquet).format;
  const std::pair<formats::ParquetCodec, const char*> expected[] = {
      {formats::ParquetCodec::kNone, ".parquet"},
      {formats::ParquetCodec::kSnappy, ".snappy.parquet"},
      {formats::ParquetCodec::kGzip, ".gz.parquet"},
      {formats::ParquetCodec::kZstd, ".zstd.parquet"}};
  for (const auto& [codec, extension] : expected) {
    parquet.parquet_codec = codec;
    EXPECT_EQ(extension_of(parquet), extension);
  }
}

TEST(Names, AivensTemplates) {
  SinkOptions options = options_of(FormatKind::kJson);
  options.names.prefix = "pre/";
  options.names.name_template =
      "{{ timestamp : unit=yyyy "
      "}}-{{timestamp:unit=MM}}-{{timestamp:unit=dd}}T{{timestamp:unit=HH}}/{{topic}}-"
      "{{partition:padding=true}}-{{start_offset:padding=true}}-{{start_offset:padding=false}}.gz";
  const FileIdentity file{"t", 7, "", 12, 1'700'000'000'000};
  EXPECT_EQ(object_key(options, TimeZone::find("Asia/Tokyo").value(), file),
            "pre/2023-11-15T07/t-0000000007-00000000000000000012-12.gz");
}

TEST(Names, TemplatesThatCannotWorkAreRefused) {
  EXPECT_TRUE(check_name_template("{{topic}}/{{partition}}/{{start_offset}}").ok());
  for (const char* bad : {"{{topic}}-{{partition}}", "{{topic}}{{partition}}{{start_offset}", "{{key}}",
                          "{{topic}}{{partition:pad=1}}{{start_offset}}",
                          "{{topic}}{{partition}}{{start_offset}}{{timestamp:unit=SS}}", ""}) {
    EXPECT_FALSE(check_name_template(bad).ok()) << bad;
  }
}

TEST(Names, PathsStayBelowTheirBucket) {
  EXPECT_TRUE(is_safe_path("topics/t/a=..b/t+0+1.json"));
  for (const std::string& bad :
       {std::string(""), std::string("/a"), std::string("a/"), std::string("a/../b"), std::string("../a"),
        std::string("a/.."), std::string("a\0b", 3), std::string("a\nb"), "a/" + std::string(300, 'x')}) {
    EXPECT_FALSE(is_safe_path(bad)) << bad;
  }
}

}  // namespace
}  // namespace sluice::connectors::object_store
