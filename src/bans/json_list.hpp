// The stream reader behind lists.hpp: what Boost.JSON's parser calls for each token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>

#include "bans/address_set.hpp"
#include "base/errc.hpp"

namespace archipelago::bans {

/// Collects `users[*].wallet`. With `strict` the first bad entry stops the parser. The names are
/// those that boost::json::basic_parser asks for.
class JsonListHandler {
 public:
  using Text = boost::json::string_view;
  using Code = boost::json::error_code;

  // NOLINTBEGIN(readability-identifier-naming)
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;
  // NOLINTEND(readability-identifier-naming)

  JsonListHandler(bool strict, std::size_t most) : strict_(strict), most_(most) {}

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&);
  bool on_object_end(std::size_t, Code& code);
  bool on_array_begin(Code& code);
  bool on_array_end(std::size_t, Code&);
  bool on_key_part(Text part, std::size_t, Code&) { return gather(part); }
  bool on_key(Text part, std::size_t, Code&);
  bool on_string_part(Text part, std::size_t, Code&) { return gather(part); }
  bool on_string(Text part, std::size_t, Code& code);
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t, Text, Code& code) { return scalar(code); }
  bool on_uint64(std::uint64_t, Text, Code& code) { return scalar(code); }
  bool on_double(double, Text, Code& code) { return scalar(code); }
  bool on_bool(bool, Code& code) { return scalar(code); }
  bool on_null(Code& code) { return scalar(code); }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

  [[nodiscard]] bool found_users() const { return found_users_; }
  [[nodiscard]] std::size_t skipped() const { return skipped_; }
  /// Why the handler stopped the parser; `count_` if it did not.
  [[nodiscard]] Errc stopped() const { return stopped_; }
  [[nodiscard]] std::vector<AddressSet::Key> take_keys() { return std::move(keys_); }

 private:
  bool gather(Text part);
  bool scalar(Code& code) { return !directly_in_users() || bad_entry(code); }
  bool bad_entry(Code& code);
  bool stop(Errc why, Code& code);
  [[nodiscard]] bool directly_in_users() const { return in_users_ && depth_ == 2; }

  bool const strict_;
  std::size_t const most_;  ///< entries
  std::size_t depth_ = 0;
  bool root_is_object_ = false;
  bool in_users_ = false;
  bool found_users_ = false;
  bool in_entry_ = false;
  bool entry_has_wallet_ = false;
  std::string text_;  // of the token under way, cut where no address or known key is that long
  std::string key_;
  std::size_t skipped_ = 0;
  Errc stopped_ = Errc::count_;
  std::vector<AddressSet::Key> keys_;
};

}  // namespace archipelago::bans
