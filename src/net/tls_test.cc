#include "net/tls.h"

#include <gtest/gtest.h>

#include <future>

#include "net/http_server.h"
#include "net/message_link.h"
#include "net/testing_certificates.h"
#include "net/testing_socket.h"

namespace sluice::net {
namespace {

class TlsTest : public testing::Test {
 protected:
  void start(ClientAuth client_auth = ClientAuth::kNone, const std::string& name = "IP:127.0.0.1") {
    const auto identity = authority_.sign(name);
    TlsOptions tls;
    tls.certificates_pem = identity.certificate_pem;
    tls.key_pem = identity.key_pem;
    tls.trusted_pem = authority_.pem();
    tls.client_auth = client_auth;
    auto context = TlsContext::server(tls);
    ASSERT_TRUE(context.ok()) << context.error().message();
    ServerOptions options;
    options.listeners = {{"127.0.0.1", 0, *context}};
    options.limits.head_timeout = std::chrono::milliseconds(300);
    options.on_request = [](const ServerRequest& request, const ServerOptions::Respond& respond) {
      respond({200, {}, request.is_tls ? "secure" : "plain", false});
    };
    options.upgrade_protocol = "echo";
    options.on_upgrade = [](const ServerRequest&, const std::shared_ptr<OfferedLink>& link) {
      link->accept({{},
                    [link](const std::string& message) { link->send("echo " + message); },
                    [link](LinkEnding, const std::string&) { link->close(); }});
    };
    server_ = std::move(HttpServer::start(threads_, std::move(options))).value();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(server_->ports()[0]) + "/"; }
  HttpOptions trusting() const {
    HttpOptions options;
    options.ca_pem = authority_.pem();
    return options;
  }
  Result<HttpResponse> get(const HttpOptions& options) const {
    HttpRequest request;
    request.url = url();
    return HttpClient(options).send(request);
  }

  TestAuthority authority_;
  IoThreads threads_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(TlsTest, AnswersThoseWhoTrustIt) {
  start();
  const auto answer = get(trusting());
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->body, "secure");
  EXPECT_FALSE(get({}).ok());
}

TEST_F(TlsTest, TheNameMustFitUnlessToldOtherwise) {
  start(ClientAuth::kNone, "DNS:elsewhere");
  EXPECT_FALSE(get(trusting()).ok());
  HttpOptions careless = trusting();
  careless.verify_host = false;
  EXPECT_TRUE(get(careless).ok());
}

TEST_F(TlsTest, ClientsMustShowACertificateIfAsked) {
  start(ClientAuth::kRequired);
  EXPECT_FALSE(get(trusting()).ok());
  HttpOptions known = trusting();
  const auto identity = authority_.sign();
  known.certificate_pem = identity.certificate_pem;
  known.key_pem = identity.key_pem;
  const auto answer = get(known);
  EXPECT_TRUE(answer.ok()) << answer.error().message();
  const auto stranger = TestAuthority().sign();
  known.certificate_pem = stranger.certificate_pem;
  known.key_pem = stranger.key_pem;
  EXPECT_FALSE(get(known).ok());
}

TEST_F(TlsTest, LinksWorkToo) {
  start();
  TlsOptions tls;
  tls.trusted_pem = authority_.pem();
  const auto context = TlsContext::client(tls);
  ASSERT_TRUE(context.ok()) << context.error().message();
  LinkRequest request;
  request.url = url();
  request.protocol = "echo";
  std::promise<std::string> seen;
  const auto link = open_link(threads_, request, *context,
                              {{},
                               [&](std::string message) { seen.set_value(std::move(message)); },
                               [&](LinkEnding, const std::string& why) { seen.set_value(why); }});
  link->send("hello");
  EXPECT_EQ(seen.get_future().get(), "echo hello");
  link->close();
}

TEST_F(TlsTest, AStrangersLinkFails) {
  start();
  const auto context = TlsContext::client({});
  LinkRequest request;
  request.url = url();
  request.protocol = "echo";
  std::promise<LinkEnding> ending;
  const auto link = open_link(threads_, request, *context,
                              {{}, {}, [&](LinkEnding how, const std::string&) { ending.set_value(how); }});
  EXPECT_EQ(ending.get_future().get(), LinkEnding::kFailed);
}

TEST_F(TlsTest, PlainTextAndSilenceEndTheConnection) {
  start();
  RawClient plain(server_->ports()[0]);
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(plain.read().find("secure"), std::string::npos);
  EXPECT_TRUE(plain.closed());
  RawClient silent(server_->ports()[0]);
  EXPECT_EQ(silent.read({}, 5000), "");
  EXPECT_TRUE(silent.closed());
}

TEST(TlsContexts, SayWhatIsWrongWithoutItsContent) {
  TlsOptions options;
  EXPECT_FALSE(TlsContext::server(options).ok());
  const auto identity = TestAuthority().sign();
  options.certificates_pem = identity.certificate_pem;
  options.key_pem = TestAuthority().sign().key_pem;
  const auto wrong_key = TlsContext::server(options);
  ASSERT_FALSE(wrong_key.ok());
  EXPECT_EQ(wrong_key.error().message().find("BEGIN"), std::string::npos);
  options.key_pem = identity.key_pem;
  options.cipher_suites = {"TLS_BOGUS"};
  EXPECT_FALSE(TlsContext::server(options).ok());
  options.cipher_suites = {"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};
  options.protocols = {"TLSv1.2"};
  EXPECT_TRUE(TlsContext::server(options).ok());
  options.protocols = {"SSLv3"};
  EXPECT_FALSE(TlsContext::server(options).ok());
}

}  // namespace
}  // namespace sluice::net
