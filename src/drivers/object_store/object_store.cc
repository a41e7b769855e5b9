#include "drivers/object_store/object_store.h"

namespace sluice::object_store {
namespace {

constexpr std::string_view kAlreadyExistsClass = "java.nio.file.FileAlreadyExistsException";

}  // namespace

Error already_exists_error(const std::string& what) {
  return failed(what + " exists already").as_java(kAlreadyExistsClass);
}

bool already_exists(const Error& error) { return error.exception_class() == kAlreadyExistsClass; }

}  // namespace sluice::object_store
