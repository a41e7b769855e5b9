#include "kafka/protocol/bearer_tokens.h"

#include <mutex>
#include <thread>

namespace sluice::kafka::protocol {
namespace {

class SourceTokens final : public BearerTokens {
 public:
  explicit SourceTokens(std::shared_ptr<net::TokenSource> source) : source_(std::move(source)) {}
  ~SourceTokens() override {
    if (thread_.joinable()) thread_.join();
  }
  SourceTokens(const SourceTokens&) = delete;
  SourceTokens& operator=(const SourceTokens&) = delete;

  std::shared_future<Result<BearerToken>> ask() override {
    std::lock_guard lock(mutex_);
    const bool is_asking =
        under_way_.valid() && under_way_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    if (is_asking) return under_way_;
    if (thread_.joinable()) thread_.join();
    std::promise<Result<BearerToken>> promise;
    under_way_ = promise.get_future().share();
    thread_ = std::thread([source = source_, promise = std::move(promise)]() mutable {
      auto token = source->token();
      if (!token.ok()) return promise.set_value(token.error());
      promise.set_value(BearerToken{std::move(token->jwt), source->extensions()});
    });
    return under_way_;
  }

 private:
  const std::shared_ptr<net::TokenSource> source_;
  std::mutex mutex_;
  std::shared_future<Result<BearerToken>> under_way_;
  std::thread thread_;
};

}  // namespace

std::shared_ptr<BearerTokens> make_bearer_tokens(std::shared_ptr<net::TokenSource> source) {
  return std::make_shared<SourceTokens>(std::move(source));
}

}  // namespace sluice::kafka::protocol
