// Reading a certificate and its key, with errors an operator can act on.
#include "net/tls.hpp"

#include <fstream>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace archipelago::net {
namespace {

tl::unexpected<Error> unusable(std::string const& what, std::string const& file,
                               std::string const& why) {
  return fail(Errc::bad_request, "the TLS " + what + " '" + file + "' cannot be used: " + why);
}

bool readable(std::string const& file) {
  return std::ifstream(file).good();
}

}  // namespace

Result<std::unique_ptr<asio::ssl::context>> load_tls(std::string const& certificate_file,
                                                     std::string const& key_file) {
  if (certificate_file.empty() || key_file.empty())
    return fail(Errc::bad_request,
                "TLS needs both a certificate file and a key file; only one is configured");
  if (!readable(certificate_file))
    return unusable("certificate", certificate_file, "it cannot be read");
  if (!readable(key_file)) return unusable("key", key_file, "it cannot be read");
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  error_code ec;
  context->use_certificate_chain_file(certificate_file, ec);
  if (ec) return unusable("certificate", certificate_file, "it is not a PEM certificate chain");
  context->use_private_key_file(key_file, asio::ssl::context::pem, ec);
  bool const mismatch =
      ec && ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == X509_R_KEY_VALUES_MISMATCH;
  if (mismatch || (!ec && SSL_CTX_check_private_key(context->native_handle()) != 1))
    return unusable("key", key_file,
                    "it does not belong to the certificate '" + certificate_file + "'");
  if (ec) return unusable("key", key_file, "it is not a PEM private key without a password");
  return context;
}

Result<std::unique_ptr<asio::ssl::context>> load_trust(std::string const& ca_file) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code ec;
  if (ca_file.empty())
    context->set_default_verify_paths(ec);
  else
    context->load_verify_file(ca_file, ec);
  if (ec)
    return fail(Errc::upstream_failed,
                "the trusted certificates cannot be loaded: " + ec.message());
  return context;
}

}  // namespace archipelago::net
