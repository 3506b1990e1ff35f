// dcl-rpc frames: exact bytes, refusals, and a round trip of any frame.
#include "wire/rpc_frame.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/hex.hpp"

namespace archipelago::wire {
namespace {

Errc why(std::string_view hex) {
  auto const frame = decode_rpc_from_client(from_hex(hex).value());
  return frame ? Errc::count_ : frame.error().code;
}

TEST(RpcFrame, ServerReadyIsFiveBytes) {
  EXPECT_EQ(to_hex(encode_rpc(0, RpcServerReady{})), "0d00000058");
}

TEST(RpcFrame, ZerosAndEmptyTextsAreAbsent) {
  EXPECT_EQ(to_hex(encode_rpc(1, RpcResponse{})), "0d01000010");
  EXPECT_EQ(to_hex(encode_rpc(1, RpcCreatePort{})), "0d01000028");
  EXPECT_EQ(to_hex(encode_rpc(3, RpcStreamMessage{1, 0, {}, false, false})),
            "0d030000181501000000");
}

TEST(RpcFrame, BytesThatDoNotDecodeAreMalformed) {
  EXPECT_EQ(why("ffffffffffff"), Errc::malformed_packet);
  EXPECT_EQ(why("0d0100"), Errc::malformed_packet);
  EXPECT_EQ(why("0d010000282205"), Errc::malformed_packet);
  EXPECT_EQ(why("0d010000282202c328"), Errc::invalid_utf8);
}

TEST(RpcFrame, TypesThatDoNotExistOrOnlyServersSendAreViolations) {
  EXPECT_EQ(why(""), Errc::rpc_violation);  // type 0
  for (std::uint32_t const type : {0U, 2U, 6U, 8U, 9U, 11U, 12U, 13U, 14U, 15U}) {
    std::string bytes = "\x0d\x01";
    bytes.append(2, '\0');
    bytes.push_back(static_cast<char>(type << 3U));
    EXPECT_EQ(why(to_hex(bytes)), Errc::rpc_violation) << type;
  }
}

TEST(RpcFrame, TheLastIdentifierWinsEvenWhenItChangesTheType) {
  // REQUEST 1, then an identifier that says DESTROY_PORT 2 (port 7).
  auto const frame = decode_rpc(from_hex("0d010000081507000000"
                                         "0d02000050")
                                    .value());
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->number, 2U);
  ASSERT_TRUE(std::holds_alternative<RpcDestroyPort>(frame->body));
  EXPECT_EQ(std::get<RpcDestroyPort>(frame->body).port_id, 7U);
}

TEST(RpcFrame, AnIdentifierThatComesLaterIsFound) {
  auto const frame = decode_rpc(from_hex("1507000000"
                                         "0d02000050")
                                    .value());
  ASSERT_TRUE(frame);
  EXPECT_EQ(std::get<RpcDestroyPort>(frame->body).port_id, 7U);
}

rc::Gen<std::string> word() {
  return rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
}
rc::Gen<std::string> blob() {
  return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}
rc::Gen<std::uint32_t> id() {
  return rc::gen::arbitrary<std::uint32_t>();
}

RpcBody any_body() {
  bool const closed = *rc::gen::arbitrary<bool>();
  bool const ack = *rc::gen::arbitrary<bool>();
  switch (*rc::gen::inRange(0, 11)) {
    case 0:
      return RpcRequest{*id(), *id(), *id(), *blob()};
    case 1:
      return RpcResponse{*blob()};
    case 2:
      return RpcStreamMessage{*id(), *id(), *blob(), closed, ack};
    case 3:
      return RpcStreamAck{*id(), *id(), *blob(), closed, ack};
    case 4:
      return RpcCreatePort{*word()};
    case 5:
      return RpcCreatePortResponse{*id()};
    case 6:
      return RpcRequestModule{*id(), *word()};
    case 7:
      return RpcRequestModuleResponse{*id(), {{*id(), *word()}, {0, ""}, {*id(), *word()}}};
    case 8:
      return RpcRemoteError{*id(), *word()};
    case 9:
      return RpcDestroyPort{*id()};
    default:
      return RpcServerReady{};
  }
}

RC_GTEST_PROP(RpcFrame, WhatIsWrittenIsReadAgain, ()) {
  auto const number = *rc::gen::inRange<std::uint32_t>(0, kRpcNumberMask + 1);
  auto const bytes = encode_rpc(number, any_body());
  auto const frame = decode_rpc(bytes);
  RC_ASSERT(frame.has_value());
  RC_ASSERT(frame->number == number);
  RC_ASSERT(encode_rpc(frame->number, frame->body) == bytes);
}

}  // namespace
}  // namespace archipelago::wire
