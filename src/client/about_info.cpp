// Reads /about with Boost.JSON, key by key.
#include "client/about_info.hpp"

#include <utility>

#include <boost/json.hpp>

#include "net/url.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::client {
namespace {

namespace json = boost::json;

// Takes known keys out of one object and remembers the first that has the wrong type.
class Reader {
 public:
  Reader(json::object const& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {}

  bool flag(char const* key, bool otherwise) {
    auto const* const value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_bool()) complain(key, "true or false");
    return value->is_bool() && value->get_bool();
  }

  std::optional<std::string> text(char const* key) {
    auto const* const value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) {
      complain(key, "a text");
      return std::nullopt;
    }
    return std::string(value->get_string());
  }

  std::optional<std::int64_t> count(char const* key) {
    auto const* const value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64() && value->get_int64() >= 0) return value->get_int64();
    complain(key, "a whole number from 0");
    return std::nullopt;
  }

  /// The object of that key; an empty one when there is none.
  Reader inside(char const* key) {
    static json::object const nothing;
    auto const* const value = find(key);
    if (value != nullptr && !value->is_object()) complain(key, "an object");
    bool const usable = value != nullptr && value->is_object();
    return {usable ? value->get_object() : nothing, path_ + key + ".", fault_};
  }

 private:
  // JSON's null stands for an absent key.
  json::value const* find(char const* key) const {
    auto const* const value = object_.if_contains(key);
    return value != nullptr && value->is_null() ? nullptr : value;
  }
  void complain(char const* key, char const* expected) {
    if (fault_.empty()) fault_ = path_ + key + " is not " + expected;
  }

  json::object const& object_;
  std::string path_;
  std::string& fault_;
};

AboutInfo read(Reader root) {
  AboutInfo about;
  about.healthy = root.flag("healthy", false);
  about.accepting_users = root.flag("acceptingUsers", true);
  about.realm_name = root.inside("configurations").text("realmName").value_or("");
  auto comms = root.inside("comms");
  about.protocol = comms.text("protocol").value_or("");
  about.users = comms.count("usersCount");
  about.adapter = comms.text("adapter");
  about.fixed_adapter = comms.text("fixedAdapter");
  auto bff = root.inside("bff");
  auto const url = bff.text("publicUrl");
  if (bff.flag("healthy", false)) about.bff = url.value_or("/bff");
  return about;
}

std::string websocket_url(std::string_view http_url) {
  return "ws" + std::string(http_url.substr(4));  // http -> ws, https -> wss
}

}  // namespace

Result<AboutInfo> parse_about(std::string_view text) {
  boost::system::error_code error;
  auto const value = json::parse(text, error);
  if (error) return fail(Errc::upstream_failed, "/about is not JSON: " + error.message());
  if (!value.is_object()) return fail(Errc::upstream_failed, "/about is not an object");
  std::string fault;
  auto about = read({value.get_object(), "", fault});
  if (!fault.empty()) return fail(Errc::upstream_failed, "/about: " + fault);
  return about;
}

Result<Entrances> entrances(AboutInfo const& about, std::string_view realm) {
  Entrances found;
  if (about.bff) {
    std::string url = about.bff->starts_with("http") ? *about.bff : std::string(realm) + *about.bff;
    while (url.ends_with('/')) url.pop_back();
    if (!net::Url::parse(url, "http"))
      return fail(Errc::upstream_failed, "bff.publicUrl is neither an http URL nor a path");
    found.bff = websocket_url(url) + "/rpc";
  }
  auto const& adapter = about.adapter ? about.adapter : about.fixed_adapter;
  if (!adapter) return found;
  auto const endpoint = wire::resolve_connection_string(*adapter);
  if (!endpoint)
    return fail(Errc::upstream_failed, "the comms adapter: " + endpoint.error().detail);
  if (endpoint->backend == wire::Backend::archipelago)
    found.direct = endpoint->url;
  else
    found.fixed = *adapter;
  return found;
}

Result<std::string> realm_url(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  auto const url = net::Url::parse(text, "http");
  if (!url) return fail(Errc::bad_request, "not an http:// or https:// URL");
  if (url->target.find('?') != std::string::npos)
    return fail(Errc::bad_request, "a realm's URL has no query");
  return std::string(text);
}

}  // namespace archipelago::client
