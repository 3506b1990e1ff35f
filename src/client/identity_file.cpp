// An identity in a file: JSON that only its owner may read.
#include <array>
#include <cerrno>
#include <cstring>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.hpp"
#include "client/identity_state.hpp"

namespace archipelago::client {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFile = 64UL * 1024;
constexpr int kVersion = 1;

class File {
 public:
  File(char const* path, int flags, mode_t mode = 0) : descriptor_(::open(path, flags, mode)) {}
  File(File const&) = delete;
  File& operator=(File const&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

tl::unexpected<Error> unusable(std::filesystem::path const& file, std::string const& why) {
  return fail(Errc::bad_request, "the identity file '" + file.string() + "' " + why);
}

std::string system_error() {
  return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is safe
}

std::string hex_of(auth::Key const& key) {
  return "0x" + to_hex({reinterpret_cast<char const*>(key.bytes().data()), key.bytes().size()});
}

Result<std::string> read_all(std::filesystem::path const& path) {
  File const file(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe must not hold us up
  struct stat facts{};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0)
    return unusable(path, "cannot be read: " + system_error());
  if (!S_ISREG(facts.st_mode)) return unusable(path, "is not a regular file");
  if ((facts.st_mode & 077) != 0)
    return unusable(path, "can be read by others: chmod 600 it, or make a new identity");
  std::string text(kMaxFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    auto const got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0) return unusable(path, "cannot be read: " + system_error());
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxFile) return unusable(path, "is larger than 64 KiB");
  text.resize(size);
  return text;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(file, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

// "" when it is no text.
std::string text_at(json::object const& object, char const* key) {
  auto const* const value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

}  // namespace

std::string to_json(Identity::State const& state) {
  auto const& link = state.identity.delegation;
  json::object out{{"version", kVersion}, {"owner", state.address}};
  if (state.owner_key) out["ownerKey"] = hex_of(*state.owner_key);
  out["ephemeralKey"] = hex_of(state.identity.ephemeral);
  out["delegation"] = json::object{{"type", auth::wire_name(link.type)},
                                   {"payload", link.payload},
                                   {"signature", link.signature}};
  return json::serialize(out) + "\n";
}

Result<Identity> identity_from_json(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  auto const value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return fail(Errc::bad_request, "is not the JSON of an identity");
  auto const& root = value.get_object();
  auto const* const version = root.if_contains("version");
  if (version == nullptr || !version->is_int64() || version->get_int64() != kVersion)
    return fail(Errc::bad_request, "is not of version 1");
  auto const ephemeral = auth::Key::from_hex(text_at(root, "ephemeralKey"));
  if (!ephemeral) return fail(Errc::bad_request, "has no usable ephemeralKey");
  auto const owner_key = auth::Key::from_hex(text_at(root, "ownerKey"));
  if (root.contains("ownerKey") && !owner_key)
    return fail(Errc::bad_request, "has an ownerKey that is no key");
  auto const* const delegation = root.if_contains("delegation");
  if (delegation == nullptr || !delegation->is_object())
    return fail(Errc::bad_request, "has no delegation");
  auto const& link = delegation->get_object();
  auth::AuthLink parsed{auth::link_type(text_at(link, "type")), text_at(link, "payload"),
                        text_at(link, "signature")};
  return assemble_identity(text_at(root, "owner"), *ephemeral, std::move(parsed), owner_key);
}

Result<Identity> Identity::load(std::filesystem::path const& file) {
  auto const text = read_all(file);
  if (!text) return tl::unexpected(text.error());
  auto identity = identity_from_json(*text);
  if (!identity)
    return fail(identity.error().code,
                "the identity file '" + file.string() + "': " + identity.error().detail);
  return identity;
}

Result<> Identity::save(std::filesystem::path const& file) const {
  auto name = file.string() + ".XXXXXX";
  int const descriptor = ::mkostemp(name.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) return unusable(file, "cannot be written: " + system_error());
  bool const written = write_all(descriptor, to_json(*state_));
  bool const kept =
      ::close(descriptor) == 0 && written && ::rename(name.c_str(), file.c_str()) == 0;
  if (kept) return {};
  auto const why = system_error();
  ::unlink(name.c_str());
  return unusable(file, "cannot be written: " + why);
}

}  // namespace archipelago::client
