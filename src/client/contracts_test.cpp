// What everybody may include compiles alone, and the small parts do as they say.
#include <array>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "archipelago/client/awaitable.hpp"
#include "archipelago/client/packets.hpp"
#include "archipelago/client/player.hpp"
#include "auth/chain.hpp"
#include "auth/login.hpp"

namespace archipelago::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallTime kNow{1'700'000'000'000};
constexpr Millis kDay{24 * 3'600'000};

class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "archipelago-id-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::filesystem::path file() const { return path_ / "me.json"; }
  void write(std::string const& text, mode_t mode = 0600) const {
    std::ofstream(file()) << text;
    ::chmod(file().c_str(), mode);
  }
  [[nodiscard]] std::string read() const {
    std::ifstream in(file());
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path path_;
};

std::string with(std::string text, std::string const& what, std::string const& other) {
  auto const at = text.find(what);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, what.size(), other);
}

class IdentityTest : public ::testing::Test {
 protected:
  SeededRandom random_{7};
  Identity guest_ = Identity::guest(random_, kNow, kDay);
  Folder folder_;
};

TEST_F(IdentityTest, AGuestsChainAnswersAChallenge) {
  auto const json = guest_.sign_challenge("dcl-abc");
  ASSERT_TRUE(json);
  auto const chain = auth::parse_chain(*json);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->size(), 3U);
  EXPECT_EQ(auth::owner(*chain), guest_.address());
}

TEST_F(IdentityTest, WhatIsNoChallengeIsNotSigned) {
  EXPECT_EQ(guest_.sign_challenge("get:/path:1:{}").error().code, Errc::challenge_mismatch);
}

TEST_F(IdentityTest, ItComesBackFromItsFileAsItWas) {
  ASSERT_TRUE(guest_.save(folder_.file()));
  struct stat facts{};
  ASSERT_EQ(::stat(folder_.file().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  auto const back = Identity::load(folder_.file());
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_EQ(back->address(), guest_.address());
  EXPECT_EQ(back->expires(), guest_.expires());
  EXPECT_TRUE(back->renewable());
  EXPECT_EQ(back->sign_challenge("dcl-x").value(), guest_.sign_challenge("dcl-x").value());
}

TEST_F(IdentityTest, AFileThatOthersCanReadIsRefused) {
  ASSERT_TRUE(guest_.save(folder_.file()));
  ::chmod(folder_.file().c_str(), 0640);
  auto const back = Identity::load(folder_.file());
  ASSERT_FALSE(back);
  EXPECT_THAT(back.error().detail, HasSubstr("chmod 600"));
}

TEST_F(IdentityTest, AFileWhosePartsDoNotFitIsRefusedWithoutQuotingKeys) {
  ASSERT_TRUE(guest_.save(folder_.file()));
  auto const good = folder_.read();
  auto const other = Identity::guest(random_, kNow, kDay);
  auto const key = good.substr(good.find("ephemeralKey") + 15, 66);
  for (auto const& bad :
       {std::string(), std::string("[]"), good.substr(0, good.size() / 2),
        with(good, "\"version\":1", "\"version\":2"), with(good, guest_.address(), other.address()),
        with(good, key, "0x" + std::string(64, '1')), with(good, key, "0x" + std::string(64, '0')),
        with(good, "ECDSA_EPHEMERAL", "SIGNER"), with(good, "Expiration: 2", "Expiration: 3"),
        with(good, "\"delegation\":{", "\"delegation\":[["), std::string(70'000, ' ')}) {
    folder_.write(bad);
    auto const back = Identity::load(folder_.file());
    ASSERT_FALSE(back) << bad;
    EXPECT_THAT(back.error().detail, HasSubstr(folder_.file().string()));
    EXPECT_THAT(back.error().detail, Not(HasSubstr(key.substr(2))));
  }
}

TEST_F(IdentityTest, AFolderOrAPipeIsNoIdentity) {
  EXPECT_FALSE(Identity::load(folder_.file().parent_path()));
  ASSERT_EQ(::mkfifo(folder_.file().c_str(), 0600), 0);
  EXPECT_THAT(Identity::load(folder_.file()).error().detail, HasSubstr("regular"));
}

TEST_F(IdentityTest, ItIsRenewedShortlyBeforeItExpiresAndNotSooner) {
  auto identity = guest_;
  EXPECT_EQ(identity.renew_if_due(random_, kNow, kDay).value(), false);
  auto const late = kNow + kDay * 19 / 20;
  EXPECT_EQ(identity.renew_if_due(random_, late, kDay).value(), true);
  EXPECT_EQ(identity.expires(), late + kDay);
  EXPECT_EQ(identity.address(), guest_.address());
  EXPECT_EQ(guest_.expires(), kNow + kDay) << "copies are independent";
}

TEST_F(IdentityTest, WithoutTheOwnersKeyItLastsUntilItExpires) {
  ASSERT_TRUE(guest_.save(folder_.file()));
  auto text = folder_.read();
  auto const at = text.find("\"ownerKey\"");
  text.erase(at, text.find("\"ephemeralKey\"") - at);
  folder_.write(text);
  auto delegated = Identity::load(folder_.file());
  ASSERT_TRUE(delegated) << delegated.error().detail;
  EXPECT_FALSE(delegated->renewable());
  EXPECT_EQ(delegated->renew_if_due(random_, kNow + kDay * 19 / 20, kDay).value(), false);
  EXPECT_EQ(delegated->renew_if_due(random_, kNow + kDay, kDay).error().code,
            Errc::delegation_expired);
}

TEST_F(IdentityTest, AnOwnersKeyGivesItsAddress) {
  auto const one = Identity::from_owner_key("0x" + std::string(63, '0') + "1", random_, kNow);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->address(), "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
  EXPECT_FALSE(Identity::from_owner_key("0x12", random_, kNow));
}

RC_GTEST_PROP(HostileIdentity, NoJsonDoesMoreThanFail, (std::string const& bytes)) {
  Folder const folder;
  folder.write(bytes);
  RC_ASSERT(!Identity::load(folder.file()));
}

TEST(Ending, ALabelInTheCloseFrameTellsMoreThanItsCode) {
  auto const full = ending_of_close(1013, "room_full");
  EXPECT_EQ(full.code, Errc::room_full);
  EXPECT_TRUE(full.retryable);
  EXPECT_EQ(full.close_code, 1013);
  EXPECT_EQ(ending_of_close(1008, "replaced").code, Errc::replaced);
  EXPECT_FALSE(ending_of_close(1008, "replaced").retryable);
}

TEST(Ending, WithoutALabelTheCodeDecides) {
  EXPECT_EQ(ending_of_close(1013, "").code, Errc::overloaded);
  EXPECT_EQ(ending_of_close(1012, "Service Restart").code, Errc::shutting_down);
  EXPECT_TRUE(ending_of_close(1005, "").retryable) << "the known services say nothing";
  EXPECT_TRUE(ending_of_close(1006, "").retryable);
  EXPECT_FALSE(ending_of_close(1008, "go away").retryable);
  EXPECT_FALSE(ending_of_close(1008, "Authentication failed").retryable);
}

TEST(Ending, WordsOfAServerAreMadeFitForPeople) {
  EXPECT_EQ(ending_of_close(1008, "a\x1b[2Jb\xff").text, "a?[2Jb?");
  EXPECT_LE(ending_of_close(1000, std::string(500, 'x')).text.size(), 256U);
}

TEST(Packets, ComeBackAsTheyWere) {
  auto const chat = parse_packet(to_packet(Chat{"hello «Ærø»", 12.5}));
  ASSERT_TRUE(std::holds_alternative<Chat>(chat));
  EXPECT_EQ(std::get<Chat>(chat).text, "hello «Ærø»");
  auto const at = parse_packet(to_packet(Whereabouts{.index = 3, .at = {1, 2, 3}}));
  ASSERT_TRUE(std::holds_alternative<Whereabouts>(at));
  EXPECT_EQ(std::get<Whereabouts>(at).at, (Position{1, 2, 3}));
}

TEST(Documentation, TheBotOfTheGuideIsTheOneThatIsBuiltAndTested) {
  auto const read = [](std::string const& file) {
    std::ifstream in(std::string(ARCHIPELAGO_SOURCE) + file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  auto const bot = read("/examples/bot.cpp");
  ASSERT_FALSE(bot.empty());
  EXPECT_THAT(read("/docs/CLIENT.md"), HasSubstr("```cpp\n" + bot + "```"));
}

RC_GTEST_PROP(Packets, AnyBytesAreAPacketOrOther, (std::string const& bytes)) {
  (void)parse_packet(bytes);
}

}  // namespace
}  // namespace archipelago::client
