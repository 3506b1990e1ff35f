// Who may read an answer.
#include "net/http_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace archipelago::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string head(std::string origin, std::string allowed, bool credentials) {
  HttpResponse response;
  response.credentials = credentials;
  return head_text(response, {.allowed_origin = std::move(allowed), .origin = std::move(origin)});
}

TEST(HeadText, NamesThePageThatMaySendCredentials) {
  auto const text = head("https://a.org", "*", true);
  EXPECT_THAT(text, HasSubstr("Access-Control-Allow-Origin: https://a.org\r\n"));
  EXPECT_THAT(text, HasSubstr("Access-Control-Allow-Credentials: true\r\n"));
  EXPECT_THAT(text, HasSubstr("Vary: Origin\r\n"));
}

TEST(HeadText, NamesNobodyOtherwise) {
  EXPECT_THAT(head("https://a.org", "*", false), HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(head("", "*", true), HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(head("", "*", true), Not(HasSubstr("Credentials")));
  EXPECT_THAT(head("https://evil.org", "", true), Not(HasSubstr("Access-Control")));
}

TEST(HeadText, APageCannotPutAnythingElseIntoTheHead) {
  auto const text = head("https://a.org\r\nSet-Cookie: x", "*", true);
  EXPECT_THAT(text, Not(HasSubstr("Set-Cookie")));
}

}  // namespace
}  // namespace archipelago::net
