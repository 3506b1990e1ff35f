// TLS for tests: a certificate made on the spot.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "net/server.hpp"

namespace archipelago::net::testing {

/// A self-signed certificate for localhost and 127.0.0.1, made by OpenSSL's own program.
class Certificate {
 public:
  Certificate() {
    auto pattern = (std::filesystem::temp_directory_path() / "archipelago-tls-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    auto const command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=localhost "
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
        key() + " -out " + file() + " 2>/dev/null";
    made_ = std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c)
  }
  Certificate(Certificate const&) = delete;
  Certificate& operator=(Certificate const&) = delete;
  ~Certificate() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] std::string file() const { return folder_ + "/certificate.pem"; }
  [[nodiscard]] std::string key() const { return folder_ + "/key.pem"; }

 private:
  std::string folder_;
  bool made_ = false;
};

inline ServerOptions tls_options(Certificate const& certificate) {
  ServerOptions options;
  options.certificate_file = certificate.file();
  options.key_file = certificate.key();
  return options;
}

}  // namespace archipelago::net::testing
