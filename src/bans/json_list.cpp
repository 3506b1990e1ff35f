// Depth 1: the document; depth 2: its users; depth 3: one of them.
#include "bans/json_list.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::bans {
namespace {

constexpr std::size_t kLongestText = 64;

}  // namespace

bool JsonListHandler::on_object_begin(Code&) {
  if (directly_in_users()) {
    in_entry_ = true;
    entry_has_wallet_ = false;
  }
  if (depth_ == 0) root_is_object_ = true;
  ++depth_;
  return true;
}

bool JsonListHandler::on_object_end(std::size_t, Code& code) {
  --depth_;
  if (!directly_in_users() || !std::exchange(in_entry_, false)) return true;
  return entry_has_wallet_ || bad_entry(code);
}

bool JsonListHandler::on_array_begin(Code& code) {
  if (!scalar(code)) return false;
  if (depth_ == 1 && root_is_object_ && key_ == "users") in_users_ = found_users_ = true;
  ++depth_;
  return true;
}

bool JsonListHandler::on_array_end(std::size_t, Code&) {
  if (--depth_ == 1) in_users_ = false;
  return true;
}

bool JsonListHandler::on_key(Text part, std::size_t, Code&) {
  gather(part);
  key_ = std::exchange(text_, {});
  return true;
}

bool JsonListHandler::on_string(Text part, std::size_t, Code& code) {
  gather(part);
  auto const text = std::exchange(text_, {});
  if (!in_entry_ || depth_ != 3 || key_ != "wallet") return scalar(code);
  auto const address = Address::parse(text);
  if (!address) return true;  // the entry's end says that it has none
  entry_has_wallet_ = true;
  if (keys_.size() == most_) return stop(Errc::message_too_big, code);
  keys_.push_back(AddressSet::pack(*address));
  return true;
}

bool JsonListHandler::gather(Text part) {
  text_.append(part.data(), std::min(part.size(), kLongestText - text_.size()));
  return true;
}

bool JsonListHandler::bad_entry(Code& code) {
  ++skipped_;
  return !strict_ || stop(Errc::bad_address, code);
}

bool JsonListHandler::stop(Errc why, Code& code) {
  stopped_ = why;
  code = boost::json::error::syntax;
  return false;
}

}  // namespace archipelago::bans
