// Chain JSON, in and out.
#include "auth/chain.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

namespace archipelago::auth {
namespace {

namespace json = boost::json;

struct Name {
  LinkType type;
  std::string_view text;
};
constexpr std::array<Name, 5> kNames{{
    {LinkType::signer, "SIGNER"},
    {LinkType::ephemeral, "ECDSA_EPHEMERAL"},
    {LinkType::signed_entity, "ECDSA_SIGNED_ENTITY"},
    {LinkType::contract_ephemeral, "ECDSA_EIP_1654_EPHEMERAL"},
    {LinkType::contract_signed_entity, "ECDSA_EIP_1654_SIGNED_ENTITY"},
}};

auto malformed(std::string detail) {
  return fail(Errc::malformed_auth_chain, std::move(detail));
}

json::string const* string_at(json::object const& object, std::string_view key) {
  auto const* const value = object.if_contains(key);
  return value != nullptr ? value->if_string() : nullptr;
}

/// SIGNER: absent, null or "". Others: present, null or a string.
bool has_schema_signature(json::object const& object, LinkType type) {
  auto const* const value = object.if_contains("signature");
  if (value == nullptr) return type == LinkType::signer;
  if (value->is_null()) return true;
  return value->is_string() && (type != LinkType::signer || value->get_string().empty());
}

Result<AuthLink> read_link(json::value const& value) {
  auto const* const object = value.if_object();
  if (object == nullptr) return malformed("a link is not an object");
  auto const* const type_name = string_at(*object, "type");
  auto const* const payload = string_at(*object, "payload");
  if (type_name == nullptr || payload == nullptr)
    return malformed("a link lacks its type or payload");
  auto const type = link_type(*type_name);
  if (type == LinkType::unknown) return malformed("a link has an unknown type");
  if (!has_schema_signature(*object, type))
    return malformed("a link's signature is missing or of the wrong kind");
  auto const* const signature = string_at(*object, "signature");
  return AuthLink{type, std::string(*payload),
                  signature != nullptr ? std::string(*signature) : std::string()};
}

Error parse_error(boost::system::error_code error) {
  if (error == json::error::too_deep)
    return {Errc::malformed_auth_chain, "the chain is nested too deeply"};
  return {Errc::malformed_json, error.message()};
}

}  // namespace

std::string_view wire_name(LinkType type) noexcept {
  auto const* const it = std::ranges::find(kNames, type, &Name::type);
  return it != kNames.end() ? it->text : std::string_view();
}

LinkType link_type(std::string_view wire_name) noexcept {
  auto const* const it = std::ranges::find(kNames, wire_name, &Name::text);
  return it != kNames.end() ? it->type : LinkType::unknown;
}

Result<AuthChain> parse_chain(std::string_view text, ChainLimits const& limits) {
  if (text.size() > limits.max_bytes) return malformed("the chain is longer than the limit");
  std::array<unsigned char, 4096> buffer;  // a usual chain needs no heap to be parsed
  json::monotonic_resource memory(buffer.data(), buffer.size());
  json::parse_options options;
  options.max_depth = limits.max_depth;
  boost::system::error_code error;
  auto const value = json::parse(text, error, &memory, options);
  if (error) return tl::unexpected(parse_error(error));

  auto const* const array = value.if_array();
  if (array == nullptr) return malformed("the chain is not an array");
  if (array->empty()) return malformed("the chain is empty");
  if (array->size() > limits.max_links) return malformed("the chain has too many links");
  AuthChain chain;
  chain.reserve(array->size());
  for (auto const& item : *array) {
    auto link = read_link(item);
    if (!link) return tl::unexpected(std::move(link).error());
    chain.push_back(*std::move(link));
  }
  return chain;
}

std::string to_json(AuthChain const& chain) {
  json::array array;
  for (auto const& link : chain) {
    array.push_back(
        {{"type", wire_name(link.type)}, {"payload", link.payload}, {"signature", link.signature}});
  }
  return json::serialize(array);
}

std::string_view owner(AuthChain const& chain) noexcept {
  if (chain.empty() || chain.front().type != LinkType::signer) return "Invalid-Owner-Address";
  return chain.front().payload;
}

bool needs_contract_wallet(AuthChain const& chain) noexcept {
  return std::ranges::any_of(chain, [](AuthLink const& link) {
    return link.type == LinkType::contract_ephemeral ||
           link.type == LinkType::contract_signed_entity;
  });
}

}  // namespace archipelago::auth
