// The vectors of Amazon's documentation, "Authenticating Requests: Using the Authorization Header".

#include "drivers/object_store/s3_signer.h"

#include <gtest/gtest.h>

namespace sluice::object_store {
namespace {

const Credentials kExample{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
constexpr int64_t kTimeMs = 1369353600000;  // 2013-05-24T00:00:00Z
const std::string kEmptyHash = hex_sha256("");

std::string sign(SigningRequest request) {
  request.headers.emplace_back("host", "examplebucket.s3.amazonaws.com");
  request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
  request.headers.emplace_back("x-amz-date", amz_date(kTimeMs));
  return authorization(request, {"us-east-1", "s3", kTimeMs}, kExample);
}

TEST(S3Signer, Hashes) {
  EXPECT_EQ(kEmptyHash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base64_md5(""), "1B2M2Y8AsgTpgAmY7PhCfg==");
  EXPECT_EQ(amz_date(kTimeMs), "20130524T000000Z");
}

TEST(S3Signer, GetObject) {
  EXPECT_EQ(sign({"GET", "/test.txt", {}, {{"range", "bytes=0-9"}}, kEmptyHash}),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(S3Signer, PutObject) {
  const std::string signed_value =
      sign({"PUT",
            "/test%24file.text",
            {},
            {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
            hex_sha256("Welcome to Amazon S3.")});
  EXPECT_NE(signed_value.find("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
            std::string::npos)
      << signed_value;
}

TEST(S3Signer, QueriesWithAndWithoutValues) {
  EXPECT_NE(sign({"GET", "/", {{"lifecycle", ""}}, {}, kEmptyHash})
                .find("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            std::string::npos);
  EXPECT_NE(sign({"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}, kEmptyHash})
                .find("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            std::string::npos);
}

TEST(S3Signer, QueriesAreSortedAndEncoded) {
  EXPECT_EQ(canonical_query({{"b", "x y"}, {"a", "/"}, {"A", "+"}}), "A=%2B&a=%2F&b=x%20y");
}

}  // namespace
}  // namespace sluice::object_store
