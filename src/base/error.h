#pragma once
// The one error type. Its kind says what the caller should do next (docs/ARCHITECTURE.md, "Errors");
// it maps to one Java exception class name, which dead letters and traces show to Kafka Connect users.
// Immutable and cheap to copy; safe to share between threads.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sluice {

enum class ErrorKind : uint8_t {
  kRetry,        // try the same again later (RetriableException)
  kBadRecord,    // give up this record (DataException)
  kViolation,    // this record breaks its contract: its policy decides (DataException)
  kBadConfig,    // reject the configuration (ConfigException)
  kFenced,       // another owner took over: stop without touching anything
  kClosed,       // stopped on request; not a failure
  kUnsupported,  // never possible here
  kFailed,       // fail the task or connector (ConnectException)
};

/// Java class name that Kafka Connect users know for this kind.
std::string_view java_exception_class(ErrorKind kind);

class [[nodiscard]] Error {
 public:
  Error(ErrorKind kind, std::string message);

  ErrorKind kind() const { return body_->kind; }
  const std::string& message() const { return body_->message; }
  /// Full Java class name, e.g. "org.apache.kafka.connect.errors.DataException".
  std::string_view exception_class() const;
  const Error* cause() const { return body_->cause ? body_->cause.get() : nullptr; }

  /// The same error under another Java class name; `name` must have static lifetime.
  Error as_java(std::string_view name) const;
  /// A new error of `kind` caused by this one.
  Error wrap(ErrorKind kind, std::string message) const;
  /// The same error with "context: " before its message.
  Error with_context(std::string_view context) const;

  /// "Class: message" and one "Caused by: Class: message" line per cause, as Java prints it (without frames).
  std::string trace() const;

 private:
  struct Body {
    ErrorKind kind;
    std::string message;
    std::string_view java_class;
    std::shared_ptr<const Error> cause;
  };
  explicit Error(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  std::shared_ptr<const Body> body_;
};

// Shorthands: `return bad_record("…")`.
Error retriable(std::string message);
Error bad_record(std::string message);
Error bad_config(std::string message);
Error fenced(std::string message);
Error closed(std::string message);
Error unsupported(std::string message);
Error failed(std::string message);

}  // namespace sluice
