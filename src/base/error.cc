#include "base/error.h"

#include <utility>

namespace sluice {

std::string_view java_exception_class(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kRetry:
      return "org.apache.kafka.connect.errors.RetriableException";
    case ErrorKind::kBadRecord:
    case ErrorKind::kViolation:
      return "org.apache.kafka.connect.errors.DataException";
    case ErrorKind::kBadConfig:
      return "org.apache.kafka.common.config.ConfigException";
    case ErrorKind::kFenced:
    case ErrorKind::kClosed:
    case ErrorKind::kUnsupported:
    case ErrorKind::kFailed:
      break;
  }
  return "org.apache.kafka.connect.errors.ConnectException";
}

Error::Error(ErrorKind kind, std::string message)
    : body_(std::make_shared<Body>(Body{kind, std::move(message), {}, nullptr})) {}

std::string_view Error::exception_class() const {
  return body_->java_class.empty() ? java_exception_class(body_->kind) : body_->java_class;
}

Error Error::as_java(std::string_view name) const {
  return Error(std::make_shared<Body>(Body{body_->kind, body_->message, name, body_->cause}));
}

Error Error::wrap(ErrorKind kind, std::string message) const {
  return Error(std::make_shared<Body>(Body{kind, std::move(message), {}, std::make_shared<Error>(*this)}));
}

Error Error::with_context(std::string_view context) const {
  std::string message(context);
  message.append(": ").append(body_->message);
  return Error(
      std::make_shared<Body>(Body{body_->kind, std::move(message), body_->java_class, body_->cause}));
}

std::string Error::trace() const {
  std::string text;
  for (const Error* error = this; error != nullptr; error = error->cause()) {
    if (error != this) text.append("\nCaused by: ");
    text.append(error->exception_class()).append(": ").append(error->message());
  }
  return text;
}

Error retriable(std::string message) { return {ErrorKind::kRetry, std::move(message)}; }
Error bad_record(std::string message) { return {ErrorKind::kBadRecord, std::move(message)}; }
Error bad_config(std::string message) { return {ErrorKind::kBadConfig, std::move(message)}; }
Error fenced(std::string message) { return {ErrorKind::kFenced, std::move(message)}; }
Error closed(std::string message) { return {ErrorKind::kClosed, std::move(message)}; }
Error unsupported(std::string message) { return {ErrorKind::kUnsupported, std::move(message)}; }
Error failed(std::string message) { return {ErrorKind::kFailed, std::move(message)}; }

}  // namespace sluice
