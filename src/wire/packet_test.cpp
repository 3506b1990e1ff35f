// Decoding hostile bytes: bounds, reasons, silence.
#include "wire/packet.hpp"

#include <gtest/gtest.h>

#include "decentraland/kernel/comms/v3/archipelago.pb.h"

namespace archipelago::wire {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

Errc why(std::string_view bytes, std::size_t max = 1024) {
  auto const packet = decode<v3::ClientPacket>(bytes, max);
  return packet ? Errc::count_ : packet.error().code;
}

TEST(Packet, APacketOfTheGreatestSizeIsTakenAndOneByteMoreIsNot) {
  v3::ClientPacket packet;
  packet.mutable_challenge_request()->set_address("0x1");
  auto const bytes = encode(packet);
  EXPECT_EQ(why(bytes, bytes.size()), Errc::count_);
  EXPECT_EQ(why(bytes, bytes.size() - 1), Errc::message_too_big);
}

TEST(Packet, BytesThatAreNoPacketAreMalformed) {
  using namespace std::string_view_literals;
  EXPECT_EQ(why("\xff"sv), Errc::malformed_packet);
  EXPECT_EQ(why("\x0a\x05\x0a"sv), Errc::malformed_packet);  // shorter than it says
  EXPECT_EQ(why("\x00\x00"sv), Errc::malformed_packet);      // field number 0
  EXPECT_EQ(why("\x0c"sv), Errc::malformed_packet);          // the end of a group that never began
}

TEST(Packet, TextThatIsNotUtf8HasItsOwnReasonAndMalformedBytesAfterItDoNotInheritIt) {
  using namespace std::string_view_literals;
  EXPECT_EQ(why("\x0a\x04\x0a\x02\xc3\x28"sv), Errc::invalid_utf8);
  EXPECT_EQ(why("\xff"sv), Errc::malformed_packet);
}

TEST(Packet, HostileBytesWriteNothingToOurLog) {
  using namespace std::string_view_literals;
  ::testing::internal::CaptureStderr();
  static_cast<void>(why("\x0a\x04\x0a\x02\xc3\x28"sv));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Packet, DeepNestingIsRefusedNotFollowed) {
  EXPECT_EQ(why(std::string(100'000, '\x0b'), 1 << 20),
            Errc::malformed_packet);  // groups in groups
}

TEST(Packet, MapsAreWrittenInTheOrderOfTheirKeys) {
  v3::IslandChangedMessage forth;
  v3::IslandChangedMessage back;
  for (int i = 0; i < 50; ++i) {
    (*forth.mutable_peers())["p" + std::to_string(i)].set_x(static_cast<float>(i));
    (*back.mutable_peers())["p" + std::to_string(49 - i)].set_x(static_cast<float>(49 - i));
  }
  EXPECT_EQ(encode(forth), encode(back));
}

}  // namespace
}  // namespace archipelago::wire
