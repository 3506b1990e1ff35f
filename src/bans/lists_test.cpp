// Deny lists and verdicts as bytes: good ones, bad ones, huge ones.
#include "bans/lists.hpp"

#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bans/testing.hpp"

namespace archipelago::bans {
namespace {

using ::testing::HasSubstr;
using testing::player;
using ::testing::StartsWith;

std::string wallet(std::string const& text) {
  return R"({"wallet":")" + text + R"("})";
}

TEST(JsonList, NamesTheWalletsOfItsUsers) {
  auto const list = parse_json_list(
      R"({"version":[1,{"wallet":"no"}],"users":[)" + wallet(player(1).str()) + "," +
      R"({"note":{"wallet":["x"]},"wallet":"0x)" + std::string(40, 'A') + R"("}],"after":null})");
  ASSERT_TRUE(list) << list.error().detail;
  EXPECT_EQ(list->addresses.size(), 2U);
  EXPECT_TRUE(list->addresses.contains(player(1)));
  EXPECT_TRUE(list->addresses.contains(*Address::parse("0x" + std::string(40, 'a'))));
  EXPECT_FALSE(list->addresses.contains(player(2)));
  EXPECT_EQ(list->skipped, 0U);
}

TEST(JsonList, OneBadEntryDoesNotLetTheOthersIn) {
  for (std::string const bad :
       {"1", "null", "true", "1.5", "-7", "[]", "[[\"x\"]]", "{}", "\"0x12\"", R"({"wallet":7})",
        R"({"wallet":"0x12"})", R"({"walle":"x"})",
        R"({"wallet":{"wallet":"0x0000000000000000000000000000000000000002"}})"}) {
    auto const list = parse_json_list(R"({"users":[)" + bad + "," + wallet(player(1).str()) + "]}");
    ASSERT_TRUE(list) << bad;
    EXPECT_EQ(list->skipped, 1U) << bad;
    EXPECT_EQ(list->addresses.size(), 1U) << bad;
    EXPECT_TRUE(list->addresses.contains(player(1)));
  }
}

TEST(JsonList, IsNoListWithoutAnArrayOfUsers) {
  for (std::string const text : {"", "{", "{}", "[]", "null", R"({"users":{}})", R"({"users":1})",
                                 R"([{"users":[]}])", R"({"a":{"users":[]}})", "<html>",
                                 R"({"users":[]} x)", R"({"users":[]}{})", R"({"users":[)"}) {
    auto const list = parse_json_list(text);
    ASSERT_FALSE(list) << text;
    EXPECT_EQ(list.error().code, Errc::malformed_json) << text;
  }
  EXPECT_TRUE(parse_json_list(" {\"users\" : [ ] }\n")) << "nobody is banned: a list too";
}

TEST(JsonList, DeepNestingIsRefusedWithoutRecursion) {
  EXPECT_FALSE(parse_json_list(R"({"users":)" + std::string(1'000'000, '[')));
}

TEST(List, HasAnEnd) {
  auto const json =
      R"({"users":[)" + wallet(player(1).str()) + "," + wallet(player(1).str()) + "]}";
  auto const lines = player(1).str() + "\n" + player(1).str();
  EXPECT_TRUE(parse_json_list(json, 2));
  EXPECT_TRUE(parse_file_list(lines, 2));
  EXPECT_EQ(parse_json_list(json, 1).error().code, Errc::message_too_big);
  EXPECT_EQ(parse_file_list(json, 1).error().code, Errc::message_too_big);
  EXPECT_EQ(parse_file_list(lines, 1).error().code, Errc::message_too_big);
}

TEST(FileList, TakesAddressesLineByLineWithComments) {
  auto const list = parse_file_list("\xef\xbb\xbf# who is out\r\n\r\n  " + player(1).str() +
                                    "  # spammed\r\n\t" + player(2).str() + "\n" + player(1).str());
  ASSERT_TRUE(list) << list.error().detail;
  EXPECT_EQ(list->addresses.size(), 2U);
  EXPECT_TRUE(list->addresses.contains(player(2)));
  EXPECT_EQ(parse_file_list("")->addresses.size(), 0U);
}

TEST(FileList, SaysWhichLineIsWrong) {
  auto const text = parse_file_list("# one\n" + player(1).str() + "\n0x12 # short\n");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, Errc::bad_address);
  EXPECT_THAT(text.error().detail, StartsWith("line 3: "));
  auto const json = parse_file_list("\n{\"users\":[\n" + wallet(player(1).str()) + ",\n" +
                                    wallet("0x12") + "\n]}");
  ASSERT_FALSE(json);
  EXPECT_THAT(json.error().detail, StartsWith("line 4: "));
  auto const broken = parse_file_list("{\"users\":[\n}");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().detail, HasSubstr("line 2: not JSON"));
}

TEST(FileList, DoesNotQuoteWhatItRefuses) {
  auto const list = parse_file_list("my secret key\n");
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error().detail, ::testing::Not(HasSubstr("secret")));
}

TEST(Verdict, OnlyTheWordTrueBans) {
  EXPECT_EQ(parse_verdict(R"({"data":{"isBanned":true,"ban":{"reason":"x"}}})").value(), true);
  for (auto const* text :
       {R"({"data":{"isBanned":false}})", R"({"data":{"isBanned":"true"}})",
        R"({"data":{"isBanned":1}})", R"({"isBanned":true})", R"({"data":[]})", "[]", "true", "{}"})
    EXPECT_EQ(parse_verdict(text).value(), false) << text;
  EXPECT_EQ(parse_verdict("<html>").error().code, Errc::malformed_json);
  EXPECT_EQ(parse_verdict("").error().code, Errc::malformed_json);
}

RC_GTEST_PROP(AddressSet, ContainsExactlyWhatWasPutIn,
              (std::vector<std::uint16_t> const& numbers)) {
  std::vector<AddressSet::Key> keys;
  keys.reserve(numbers.size());
  std::set<unsigned> known(numbers.begin(), numbers.end());
  for (auto const n : numbers) keys.push_back(AddressSet::pack(player(n)));
  AddressSet const set(std::move(keys));
  RC_ASSERT(set.size() == known.size());
  for (auto const n : numbers) {
    RC_ASSERT(set.contains(player(n)));
    RC_ASSERT(set.contains(player(n + 1U)) == known.contains(n + 1U));
  }
}

}  // namespace
}  // namespace archipelago::bans
