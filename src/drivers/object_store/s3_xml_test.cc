#include "drivers/object_store/s3_xml.h"

#include <gtest/gtest.h>

namespace sluice::object_store {
namespace {

TEST(S3Xml, FindsTextsWithEntities) {
  const std::string xml =
      "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>a &lt;b&gt; &amp; &#65;&#x42;"
      " &unknown; &#300;</Message></Error>";
  EXPECT_EQ(xml_text(xml, "Code"), "NoSuchKey");
  EXPECT_EQ(xml_text(xml, "Message"), "a <b> & AB &unknown; &#300;");
  EXPECT_EQ(xml_text(xml, "Mess"), "");
}

TEST(S3Xml, FindsEveryElement) {
  const auto items = xml_elements("<L><C><K>a</K></C><CommonPrefixes/><C x=\"1\"><K>b</K></C></L>", "C");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(xml_text(items[1], "K"), "b");
}

TEST(S3Xml, LivesWithBrokenText) {
  for (const char* xml : {"", "<Code", "<Code>", "<Code>x", "</Code>", "<Code>&</Code>", "<Code>&;</Code>"}) {
    (void)xml_text(xml, "Code");
  }
  EXPECT_EQ(xml_text("<Code>&</Code>", "Code"), "&");
}

TEST(S3Xml, EscapesWhatItMust) { EXPECT_EQ(xml_escape("\"a\" & <b>"), "&quot;a&quot; &amp; &lt;b&gt;"); }

}  // namespace
}  // namespace sluice::object_store
