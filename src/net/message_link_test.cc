#include "net/message_link.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "net/testing_socket.h"

namespace sluice::net {
namespace {

using std::chrono::milliseconds;

/// What one side of a link has seen.
class Side {
 public:
  LinkEvents events() {
    return {[this] { note([this] { opened_ = true; }); },
            [this](std::string message) { note([&] { messages_.push_back(std::move(message)); }); },
            [this](LinkEnding ending, const std::string& why) {
              note([&] {
                ending_ = ending;
                why_ = why;
              });
            }};
  }
  template <typename Condition>
  bool wait(const Condition& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), condition);
  }
  bool wait_open() {
    return wait([this] { return opened_; });
  }
  bool wait_end() {
    return wait([this] { return ending_.has_value(); });
  }
  bool wait_messages(size_t count) {
    return wait([this, count] { return messages_.size() >= count; });
  }

  bool opened_ = false;
  std::vector<std::string> messages_;
  std::optional<LinkEnding> ending_;
  std::string why_;

 private:
  template <typename Change>
  void note(const Change& change) {
    {
      std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

class MessageLinkTest : public testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.listeners = {{"127.0.0.1", 0, nullptr}};
    options.on_request = [](const ServerRequest&, const ServerOptions::Respond& respond) { respond({}); };
    options.upgrade_protocol = "sluice-peer";
    options.on_upgrade = [this](const ServerRequest& request, const std::shared_ptr<OfferedLink>& link) {
      if (request.header("x-hello") != "me") return link->refuse({403, {}, "", false});
      accepted_ = link;
      link->accept(server_side_.events());
    };
    server_ = std::move(HttpServer::start(threads_, std::move(options))).value();
  }
  void TearDown() override {
    accepted_.reset();  // which closes it
    if (link_) link_->close();
    link_.reset();
    server_.reset();
  }
  void open(const std::string& hello = "me") {
    LinkRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server_->ports()[0]) + "/";
    request.protocol = "sluice-peer";
    request.headers = {{"X-Hello", hello}};
    link_ = open_link(threads_, request, nullptr, client_side_.events());
  }

  Side server_side_;
  Side client_side_;
  IoThreads threads_;
  std::shared_ptr<OfferedLink> accepted_;
  std::shared_ptr<MessageLink> link_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(MessageLinkTest, MessagesGoBothWays) {
  open();
  link_->send("early");
  ASSERT_TRUE(client_side_.wait_open());
  ASSERT_TRUE(server_side_.wait_open());
  accepted_->send("");
  accepted_->send(std::string(1'000'000, 'x'));
  link_->send("late");
  ASSERT_TRUE(client_side_.wait_messages(2));
  ASSERT_TRUE(server_side_.wait_messages(2));
  EXPECT_EQ(server_side_.messages_, (std::vector<std::string>{"early", "late"}));
  EXPECT_EQ(client_side_.messages_[1].size(), 1'000'000U);
}

TEST_F(MessageLinkTest, TheEndIsToldAtOnce) {
  open();
  ASSERT_TRUE(client_side_.wait_open());
  ASSERT_TRUE(server_side_.wait_open());
  const auto begin = std::chrono::steady_clock::now();
  link_->close();
  ASSERT_TRUE(server_side_.wait_end());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(100));
  EXPECT_EQ(server_side_.ending_, LinkEnding::kClosed);
  EXPECT_FALSE(client_side_.ending_);
}

TEST_F(MessageLinkTest, NobodyThereIsTold) {
  server_->stop(milliseconds(0));
  open();
  ASSERT_TRUE(client_side_.wait_end());
  EXPECT_EQ(client_side_.ending_, LinkEnding::kRefused);
}

TEST_F(MessageLinkTest, ARefusalIsAFailure) {
  open("stranger");
  ASSERT_TRUE(client_side_.wait_end());
  EXPECT_EQ(client_side_.ending_, LinkEnding::kFailed);
  EXPECT_EQ(client_side_.why_, "answered with status 403");
}

TEST_F(MessageLinkTest, AServerThatStopsEndsItsLinks) {
  open();
  ASSERT_TRUE(client_side_.wait_open());
  server_->stop(milliseconds(10));
  ASSERT_TRUE(client_side_.wait_end());
  EXPECT_EQ(client_side_.ending_, LinkEnding::kClosed);
}

TEST_F(MessageLinkTest, AMessageThatIsTooLargeEndsIt) {
  RawClient raw(server_->ports()[0]);
  raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: sluice-peer\r\nX-Hello: me\r\n\r\n");
  EXPECT_TRUE(raw.read("\r\n\r\n").starts_with("HTTP/1.1 101"));
  raw.send("\xFF\xFF\xFF\xFF");
  ASSERT_TRUE(server_side_.wait_end());
  EXPECT_EQ(server_side_.ending_, LinkEnding::kFailed);
}

}  // namespace
}  // namespace sluice::net
