#include "formats/parquet/module_loader.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

namespace sluice::formats {
namespace {

constexpr const char* kFile = "libsluice_parquet.so";
/// Carries the interface's version: a module of another build is refused by name.
constexpr const char* kEntry = "sluice_parquet_module_v1";

std::vector<std::filesystem::path> folders() {
  if (const char* path = std::getenv("SLUICE_MODULE_PATH"); path != nullptr && *path != '\0') return {path};
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto folder = executable.parent_path();
  return {folder / "modules", folder / ".." / "lib" / "sluice" / "modules"};
}

Result<const ParquetModule*> open_module() {
  std::string tried;
  for (const auto& folder : folders()) {
    const auto file = folder / kFile;
    // Local: the library's symbols must not be found by anything else in the process.
    void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      const char* reason = dlerror();
      tried += (tried.empty() ? "" : "; ") + std::string(reason != nullptr ? reason : file.c_str());
      continue;
    }
    auto entry = reinterpret_cast<const ParquetModule* (*)()>(dlsym(handle, kEntry));
    if (entry == nullptr)
      return failed("Parquet module " + file.string() + " is of another version of Sluice");
    return entry();
  }
  return failed("Parquet support could not be loaded (" + tried + "). Install " + kFile +
                " in modules/ beside the sluice binary, or name its folder in the environment variable "
                "SLUICE_MODULE_PATH");
}

}  // namespace

Result<const ParquetModule*> parquet_module() {
  static std::mutex mutex;
  static const ParquetModule* module = nullptr;
  std::lock_guard lock(mutex);
  if (module == nullptr) {
    SLUICE_ASSIGN_OR_RETURN(module, open_module());
  }
  return module;
}

}  // namespace sluice::formats
