// The room scanner and splicer agree with protobuf on every input.
#include "wire/rfc5.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "wire/packet.hpp"
#include "wire/rfc5_agrees.hpp"

namespace archipelago::wire {
namespace {

namespace rfc5 = decentraland::kernel::comms::rfc5;

using Bytes = std::vector<std::uint8_t>;

std::string text(Bytes const& bytes) {
  return {bytes.begin(), bytes.end()};
}

/// Pieces of which peer_updates are made, whole and broken, so that random strings of them mean
/// something.
rc::Gen<std::string> piece() {
  using namespace std::string_literals;
  return rc::gen::oneOf(
      rc::gen::element("\x08\x05"s, "\x18\x01"s, "\x18\x00"s, "\x18\x02"s, "\x12\x03xyz"s,
                       "\x12\x00"s, "\x12\x05"s, "\x08\xff\xff\xff\xff\x0f"s,
                       "\x08\xff\xff\xff\xff\x7f"s, "\x08\x80\x80\x80\x80\x80\x01"s,
                       "\x92\x80\x00\x01k"s, "\x1b\x1c"s, "\x20\x01"s, "\x0d\x01\x02\x03\x04"s,
                       "\x32\x02\x08\x07"s, "\x1a\x02\x08\x01"s, "\x42\x03\x0a\x01k"s,
                       "\x42\x03\x0a\x01\xff"s, "\x00"s, "\x9a\x06\x00"s),
      rc::gen::map(rc::gen::arbitrary<Bytes>(), text));
}

std::string joined(std::vector<std::string> const& pieces) {
  std::string all;
  for (auto const& one : pieces) all += one;
  return all;
}

std::string update(std::string const& inner) {
  std::string packet = "\x1a";
  packet.push_back(static_cast<char>(inner.size() & 0x7FU));
  return packet + inner;
}

RC_GTEST_PROP(Rfc5Scanner, SaysWhatProtobufSaysOfAnyBytes, ()) {
  auto const packet = joined(*rc::gen::container<std::vector<std::string>>(piece()));
  RC_ASSERT(scanner_agrees_with_protobuf(packet));
}

RC_GTEST_PROP(Rfc5Scanner, SaysWhatProtobufSaysOfAnyPeerUpdate, ()) {
  auto const inner = joined(*rc::gen::container<std::vector<std::string>>(piece()));
  auto const packet = update(inner);
  RC_ASSERT(scanner_agrees_with_protobuf(packet));
  RC_ASSERT(scanner_agrees_with_protobuf(packet + update(inner)));  // the two are merged
}

TEST(Rfc5Scanner, RepeatedPeerUpdatesAreMergedAsProtobufMergesThem) {
  auto const packet = update("\x08\x05") + update("\x12\x01k");
  auto const scan = scan_ws_packet(packet);
  ASSERT_TRUE(scan);
  EXPECT_EQ(scan->from_alias, 5U);
  EXPECT_EQ(scan->body(), "k");
}

TEST(Rfc5Scanner, ThePlainBodyIsAViewIntoThePacket) {
  auto const packet = splice_update(7, "body", true);
  auto scan = scan_ws_packet(packet);
  ASSERT_TRUE(scan);
  EXPECT_GE(scan->body().data(), packet.data());
  EXPECT_LT(scan->body().data(), packet.data() + packet.size());
  auto const moved = std::move(*scan);
  EXPECT_EQ(moved.body(), "body");
}

TEST(Rfc5Scanner, ABodyItHadToCopyOutlivesAMoveOfTheScan) {
  auto scan = scan_ws_packet(update("\x12\x01k\x20\x01"));
  ASSERT_TRUE(scan);
  auto const moved = std::move(*scan);
  EXPECT_EQ(moved.body(), "k");
}

RC_GTEST_PROP(Rfc5Splice, IsWhatProtobufWouldHaveEncoded,
              (std::uint32_t alias, Bytes const& body, bool unreliable)) {
  rfc5::WsPacket packet;
  auto& message = *packet.mutable_peer_update_message();
  message.set_from_alias(alias);
  message.set_body(text(body));
  message.set_unreliable(unreliable);
  RC_ASSERT(splice_update(alias, text(body), unreliable) == encode(packet));
}

TEST(Rfc5Splice, LongBodiesKeepTheirLengths) {
  for (std::size_t const size : {120U, 127U, 128U, 16'383U, 16'384U, 100'000U}) {
    rfc5::WsPacket packet;
    packet.mutable_peer_update_message()->set_body(std::string(size, 'b'));
    packet.mutable_peer_update_message()->set_from_alias(300);
    EXPECT_EQ(splice_update(300, std::string(size, 'b'), false), encode(packet)) << size;
    EXPECT_TRUE(scanner_agrees_with_protobuf(encode(packet)));
  }
}

RC_GTEST_PROP(Rfc5Packets, AreWhatProtobufWouldHaveEncoded, (std::uint32_t alias, bool flag)) {
  auto const name = *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
  rfc5::WsPacket packet;
  packet.mutable_challenge_message()->set_challenge_to_sign(name);
  packet.mutable_challenge_message()->set_already_connected(flag);
  RC_ASSERT(ws_challenge_packet(name, flag) == encode(packet));
  packet.mutable_peer_join_message()->set_alias(alias);
  packet.mutable_peer_join_message()->set_address(name);
  RC_ASSERT(ws_join_packet(alias, name) == encode(packet));
  packet.mutable_peer_leave_message()->set_alias(alias);
  RC_ASSERT(ws_leave_packet(alias) == encode(packet));
  packet.mutable_peer_kicked()->set_reason(name);
  RC_ASSERT(ws_kicked_packet(name) == encode(packet));
  packet.mutable_peer_identification()->set_address(name);
  RC_ASSERT(ws_identification_packet(name) == encode(packet));
  packet.mutable_signed_challenge_for_server()->set_auth_chain_json(name);
  RC_ASSERT(ws_signed_challenge_packet(name) == encode(packet));
}

RC_GTEST_PROP(Rfc5Packets, AWelcomeNamesEveryMember, (std::uint32_t alias)) {
  auto const members =
      *rc::gen::map(rc::gen::container<std::map<std::uint32_t, int>>(
                        rc::gen::arbitrary<std::uint32_t>(), rc::gen::arbitrary<int>()),
                    [](auto const& ids) {
                      std::vector<std::pair<std::uint32_t, std::string>> all;
                      for (auto const& [id, n] : ids) all.emplace_back(id, std::to_string(n));
                      return all;
                    });
  rfc5::WsPacket packet;
  packet.mutable_welcome_message()->set_alias(alias);
  for (auto const& [id, address] : members)
    (*packet.mutable_welcome_message()->mutable_peer_identities())[id] = address;
  RC_ASSERT(ws_welcome_packet(alias, members) == encode(packet));
}

}  // namespace
}  // namespace archipelago::wire
