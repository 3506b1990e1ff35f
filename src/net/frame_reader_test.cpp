// Frames of honest, careless and hostile clients.
#include "net/frame_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::net {
namespace {

using Kind = FrameReader::Kind;

constexpr std::size_t kMax = 100'000;

/// As a client makes it; `size_bytes` 0: the shortest form.
std::string frame(int first, std::string_view payload, std::uint32_t key = 0x5eedf00d,
                  int size_bytes = 0) {
  auto const size = payload.size();
  if (size_bytes == 0) size_bytes = size < 126 ? 1 : size < 65'536 ? 2 : 8;
  std::string out{static_cast<char>(first)};
  out += static_cast<char>(0x80 | (size_bytes == 1   ? static_cast<int>(size)
                                   : size_bytes == 2 ? 126
                                                     : 127));
  for (int i = size_bytes == 1 ? -1 : size_bytes - 1; i >= 0; --i)
    out += static_cast<char>(size >> (8 * i));
  std::string mask(4, '\0');
  for (std::size_t i = 0; i < 4; ++i) mask[i] = static_cast<char>(key >> (8 * i));
  out += mask;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

struct Heard {
  Kind kind{};
  std::string payload;
  std::uint16_t code = 0;
  friend bool operator==(Heard const&, Heard const&) = default;
};

std::ostream& operator<<(std::ostream& out, Heard const& heard) {
  return out << static_cast<int>(heard.kind) << ' ' << heard.code << ' ' << heard.payload.size();
}

/// Feeds `bytes` in pieces of `piece` bytes.
std::vector<Heard> hear(std::string bytes, std::size_t piece = SIZE_MAX, std::size_t max = kMax) {
  FrameReader reader(max);
  std::vector<Heard> all;
  for (std::span<char> rest(bytes); !rest.empty();) {
    auto const now = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(now.size());
    reader.feed(now);
    while (auto const item = reader.next())
      all.push_back({item->kind, std::string(item->payload), item->code});
  }
  return all;
}

Kind only_kind(std::string const& bytes, std::size_t max = kMax) {
  auto const all = hear(bytes, SIZE_MAX, max);
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? Kind::pong : all.front().kind;
}

std::string close_payload(int code, std::string_view text = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code)}.append(text);
}

TEST(FrameReader, MessagesOfEverySizeComeWhole) {
  for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 65'535U, 65'536U, 100'000U}) {
    std::string payload(size, 'x');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7);
    EXPECT_EQ(hear(frame(0x82, payload)), (std::vector<Heard>{{Kind::message, payload}})) << size;
  }
}

TEST(FrameReader, WhatStandsInOneReadComesInOrder) {
  auto const bytes = frame(0x82, "one") + frame(0x89, "ping") + frame(0x82, "two", 0) +
                     frame(0x8a, "") + frame(0x88, close_payload(1000, "bye"));
  EXPECT_EQ(hear(bytes), (std::vector<Heard>{{Kind::message, "one"},
                                             {Kind::ping, "ping"},
                                             {Kind::message, "two"},
                                             {Kind::pong, ""},
                                             {Kind::close, "bye", 1000}}));
}

TEST(FrameReader, FragmentsAreJoinedAroundControlFrames) {
  auto const bytes =
      frame(0x02, "fra") + frame(0x89, "p") + frame(0x00, "gm") + frame(0x80, "ents");
  EXPECT_EQ(hear(bytes), (std::vector<Heard>{{Kind::ping, "p"}, {Kind::message, "fragments"}}));
}

TEST(FrameReader, BetweenMessagesItHoldsNothing) {
  FrameReader reader(kMax);
  auto bytes = frame(0x02, "frag") + frame(0x80, "ments") + frame(0x82, "next");
  reader.feed(std::span(bytes).first(bytes.size() - 1));
  while (reader.next()) {
  }
  EXPECT_GT(reader.held(), 0U);
  reader.feed(std::span(bytes).last(1));
  while (reader.next()) {
  }
  EXPECT_EQ(reader.held(), 0U);
}

TEST(FrameReader, WhatIsAgainstTheProtocolEndsIt) {
  std::string unmasked = frame(0x82, "x");
  unmasked[1] = static_cast<char>(unmasked[1] & 0x7f);
  for (auto const& bytes : {
           unmasked,                                     //
           frame(0xc2, "rsv1"),                          //
           frame(0xa2, "rsv2"),                          //
           frame(0x92, "rsv3"),                          //
           frame(0x83, "reserved opcode"),               //
           frame(0x8b, "reserved control"),              //
           frame(0x80, "continues nothing"),             //
           frame(0x09, "half a ping"),                   //
           frame(0x89, std::string(126, 'p')),           // too long for a control frame
           frame(0x82, "two bytes of length", 1, 2),     // where one is enough
           frame(0x82, "eight bytes of length", 1, 8),   //
           frame(0x88, "c"),                             // half a code
           frame(0x88, close_payload(999)),              //
           frame(0x88, close_payload(1005)),             //
           frame(0x88, close_payload(1006)),             //
           frame(0x88, close_payload(2000)),             //
           frame(0x88, close_payload(5000)),             //
           frame(0x88, close_payload(1000, "\xff\xfe"))  // not UTF-8
       }) {
    EXPECT_EQ(only_kind(bytes + frame(0x82, "nobody hears this")), Kind::violation) << bytes;
  }
  auto const nested = hear(frame(0x02, "begun") + frame(0x82, "another"));
  EXPECT_EQ(nested, (std::vector<Heard>{{Kind::violation, ""}}));
}

TEST(FrameReader, ATextFrameIsToldByItsFirstByteWhateverItHolds) {
  EXPECT_EQ(only_kind(frame(0x81, "\xff")), Kind::text);
  EXPECT_EQ(only_kind(frame(0x01, "begun")), Kind::text);
}

TEST(FrameReader, AMessageOverTheLimitEndsItBeforeItsBytesCome) {
  EXPECT_EQ(only_kind(frame(0x82, std::string(101, 'x')).substr(0, 6), 100), Kind::too_big);
  EXPECT_EQ(only_kind(frame(0x82, std::string(100, 'x')), 100), Kind::message);
  auto const pieces = frame(0x02, std::string(60, 'x')) + frame(0x80, std::string(41, 'x'));
  EXPECT_EQ(only_kind(pieces, 100), Kind::too_big);
  std::string huge = frame(0x82, std::string(65'536, 'x')).substr(0, 14);
  huge[3] = '\x7f';  // 2^55 bytes
  EXPECT_EQ(only_kind(huge), Kind::too_big);
}

TEST(FrameReader, TinyFragmentsWithoutEndEndIt) {
  auto const message = [](std::size_t fragments, std::string const& each) {
    auto bytes = frame(0x02, each);
    for (std::size_t i = 2; i < fragments; ++i) bytes += frame(0x00, each);
    return bytes + frame(0x80, each);
  };
  EXPECT_EQ(only_kind(message(64, "")), Kind::message);
  EXPECT_EQ(only_kind(message(70, "")), Kind::crumbs);
  EXPECT_EQ(only_kind(message(500, std::string(128, 'x'))), Kind::message);
}

RC_GTEST_PROP(FrameReaderProperty, HowTheBytesAreCutMakesNoDifference,
              (std::vector<std::pair<std::uint8_t, std::string>> const& frames)) {
  std::string bytes;
  for (auto const& [first, payload] : frames)
    bytes += frame(first % 3 == 0 ? 0x82 : first, payload, first * 2'654'435'761U);
  auto const piece = *rc::gen::inRange<std::size_t>(1, 40);
  RC_ASSERT(hear(bytes, piece) == hear(bytes));
}

}  // namespace
}  // namespace archipelago::net
