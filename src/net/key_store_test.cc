// Against stores made by the JDK's keytool; skipped where there is none.

#include "net/key_store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "net/java_tls.h"

namespace sluice::net {
namespace {

class KeyStoreTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string folder = (std::filesystem::temp_directory_path() / "keystoreXXXXXX").string();
    shared_folder = ::mkdtemp(folder.data());
    for (const std::string type : {"JKS", "PKCS12"}) {
      const std::string store = " -storetype " + type + " -storepass secret123 -keystore " + path(type);
      const std::string trust =
          " -storetype " + type + " -storepass secret123 -keystore " + path(type + "-trust");
      has_keytool =
          run("keytool -genkeypair -keyalg RSA -alias me -dname CN=me -keypass secret123" + store) &&
          run("keytool -exportcert -rfc -alias me -file " + path("me.pem") + store) &&
          run("keytool -importcert -noprompt -alias you -file " + path("me.pem") + trust);
    }
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(shared_folder); }
  void SetUp() override {
    if (!has_keytool) GTEST_SKIP() << "there is no keytool";
  }

  static std::string path(const std::string& name) { return shared_folder + "/" + name; }
  static bool run(const std::string& command) {
    return WEXITSTATUS(std::system((command + " >/dev/null 2>&1").c_str())) == 0;  // NOLINT(cert-env33-c)
  }
  static KeyStore store(const std::string& type, const std::string& password = "secret123") {
    return {type, path(type), password, {}};
  }
  static std::string certificate() {
    std::ifstream in(path("me.pem"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static inline std::string shared_folder;
  static inline bool has_keytool = false;
};

TEST_F(KeyStoreTest, KeysAndChainsOfBothKinds) {
  for (const char* type : {"JKS", "PKCS12"}) {
    const auto loaded = load_key(store(type));
    ASSERT_TRUE(loaded.ok()) << loaded.error().message();
    EXPECT_TRUE(loaded->key_pem.starts_with("-----BEGIN PRIVATE KEY-----")) << type;
    EXPECT_TRUE(loaded->certificates_pem.starts_with("-----BEGIN CERTIFICATE-----")) << type;
    const auto context = TlsContext::server({.certificates_pem = loaded->certificates_pem,
                                             .key_pem = loaded->key_pem,
                                             .key_password = {},
                                             .trusted_pem = {},
                                             .protocols = {},
                                             .cipher_suites = {}});
    EXPECT_TRUE(context.ok()) << context.error().message();
  }
}

TEST_F(KeyStoreTest, TheTypeMayBeWrongAsForTheJdk) {
  EXPECT_TRUE(load_key({"JKS", path("PKCS12"), "secret123", {}}).ok());
  EXPECT_TRUE(load_key({"pkcs12", path("JKS"), "secret123", {}}).ok());
}

TEST_F(KeyStoreTest, TrustedCertificates) {
  for (const std::string type : {"JKS", "PKCS12"}) {
    const auto trusted = load_trusted({type, path(type + "-trust"), "secret123", {}});
    ASSERT_TRUE(trusted.ok()) << trusted.error().message();
    EXPECT_TRUE(trusted->starts_with("-----BEGIN CERTIFICATE-----"));
  }
  EXPECT_EQ(load_trusted({"PEM", path("me.pem"), {}, {}}).value(), certificate());
}

TEST_F(KeyStoreTest, WhatIsWrongIsSaidWithoutTheSecret) {
  for (const char* type : {"JKS", "PKCS12"}) {
    const auto wrong = load_key(store(type, "hunter22"));
    ASSERT_FALSE(wrong.ok());
    EXPECT_NE(wrong.error().message().find("password is wrong"), std::string::npos);
    EXPECT_EQ(wrong.error().message().find("hunter22"), std::string::npos);
    EXPECT_FALSE(load_key({type, path(std::string(type) + "-trust"), "secret123", {}}).ok());
  }
  EXPECT_EQ(load_key({"JKS", "/none", "", {}}).error().message(), "Key store /none: it cannot be read");
  EXPECT_FALSE(load_key({"BCFKS", path("JKS"), "", {}}).ok());
}

TEST_F(KeyStoreTest, JavasProperties) {
  const std::map<std::string, std::string, std::less<>> given{
      {"ssl.keystore.location", path("JKS")},
      {"ssl.keystore.password", "secret123"},
      {"ssl.key.password", "secret123"},
      {"ssl.truststore.location", path("PKCS12-trust")},
      {"ssl.truststore.password", "secret123"},
      {"ssl.truststore.type", "PKCS12"},
      {"ssl.cipher.suites", "TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
      {"ssl.endpoint.identification.algorithm", ""},
      {"ssl.client.auth", "required"}};
  const auto options = tls_options([&](std::string_view name) {
    const auto found = given.find(name);
    return found == given.end() ? nullptr : &found->second;
  });
  ASSERT_TRUE(options.ok()) << options.error().message();
  EXPECT_EQ(options->cipher_suites,
            (std::vector<std::string>{"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}));
  EXPECT_FALSE(options->verify_host);
  EXPECT_EQ(options->client_auth, ClientAuth::kRequired);
  EXPECT_TRUE(TlsContext::server(*options).ok());
}

}  // namespace
}  // namespace sluice::net
