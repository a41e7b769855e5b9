#pragma once
// Owners of libkrb5's handles. Inside this folder only.

#include <krb5.h>

#include <string>

#include "base/result.h"

namespace sluice::kafka::security {

/// A context for one piece of work on one thread.
class Krb5Context {
 public:
  Krb5Context() : code_(krb5_init_context(&context_)) {}
  ~Krb5Context() {
    if (context_ != nullptr) krb5_free_context(context_);
  }
  Krb5Context(const Krb5Context&) = delete;
  Krb5Context& operator=(const Krb5Context&) = delete;

  krb5_error_code code() const { return code_; }  // of making it
  krb5_context get() const { return context_; }
  std::string text(krb5_error_code code) const {
    const char* text = krb5_get_error_message(context_, code);
    std::string copy(text);
    krb5_free_error_message(context_, text);
    return copy;
  }

 private:
  krb5_context context_ = nullptr;
  krb5_error_code code_;
};

template <typename Handle, auto kClose>
class Krb5Handle {
 public:
  explicit Krb5Handle(const Krb5Context& context) : context_(context.get()) {}
  ~Krb5Handle() {
    if (handle_ != nullptr) kClose(context_, handle_);
  }
  Krb5Handle(const Krb5Handle&) = delete;
  Krb5Handle& operator=(const Krb5Handle&) = delete;

  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }
  Handle release() { return std::exchange(handle_, nullptr); }

 private:
  krb5_context context_;
  Handle handle_ = nullptr;
};

using Krb5Principal = Krb5Handle<krb5_principal, krb5_free_principal>;
using Krb5Keytab = Krb5Handle<krb5_keytab, krb5_kt_close>;
using Krb5Cache = Krb5Handle<krb5_ccache, krb5_cc_close>;
using Krb5Name = Krb5Handle<char*, krb5_free_unparsed_name>;

/// What a ticket is: its contents are freed.
class Krb5Creds {
 public:
  explicit Krb5Creds(const Krb5Context& context) : context_(context.get()) {}
  ~Krb5Creds() { krb5_free_cred_contents(context_, &creds_); }
  Krb5Creds(const Krb5Creds&) = delete;
  Krb5Creds& operator=(const Krb5Creds&) = delete;

  krb5_creds* get() { return &creds_; }

 private:
  krb5_context context_;
  krb5_creds creds_{};
};

}  // namespace sluice::kafka::security
