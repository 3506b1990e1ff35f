// wire.json, made with the official encoders: our messages must be the same bytes, both ways.
#include "support/vectors.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <memory>

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "decentraland/bff/authentication_service.pb.h"
#include "decentraland/bff/comms_director_service.pb.h"
#include "decentraland/bff/comms_service.pb.h"
#include "decentraland/bff/http_endpoints.pb.h"
#include "decentraland/bff/topics_service.pb.h"
#include "decentraland/common/vectors.pb.h"
#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace archipelago::wire {
namespace {

namespace pb = google::protobuf;
namespace bff = decentraland::bff;
namespace v3 = decentraland::kernel::comms::v3;
namespace rfc4 = decentraland::kernel::comms::rfc4;
namespace rfc5 = decentraland::kernel::comms::rfc5;

constexpr std::size_t kMax = 1 << 20;

/// Decodes with our generated code and encodes again.
using Round = std::function<Result<std::string>(std::string_view)>;

template <class Message>
Round round() {
  return [](std::string_view bytes) {
    return decode<Message>(bytes, kMax).map([](auto const& m) { return encode(m); });
  };
}

template <class... Messages>
std::map<std::string, Round> rounds() {
  return {{Messages().GetTypeName(), round<Messages>()}...};
}

std::map<std::string, Round> const& generated() {
  static auto const all =
      rounds<v3::ClientPacket, v3::ServerPacket, v3::IslandStatusMessage, v3::JoinIslandMessage,
             v3::ServiceDiscoveryMessage, decentraland::common::Position, rfc5::WsPacket,
             rfc4::Packet, bff::GetChallengeRequest, bff::GetChallengeResponse,
             bff::WelcomePeerInformation, bff::DisconnectionMessage, bff::Subscription,
             bff::UnsubscriptionResult, bff::PeerTopicSubscriptionResultElem,
             bff::SystemTopicSubscriptionResultElem, bff::PublishToTopicResult, bff::Heartbeat,
             bff::AboutResponse>();
  return all;
}

Result<std::string> again(std::string const& type, std::string_view bytes) {
  auto const found = generated().find(type);
  if (found == generated().end()) return fail(Errc::internal_error, "no such message: " + type);
  return found->second(bytes);
}

/// Our .proto files at run time, where the names of fields and JSON still are.
class Schema {
 public:
  Schema() {
    std::ifstream in(ARCHIPELAGO_DESCRIPTORS, std::ios::binary);
    pb::FileDescriptorSet files;
    if (!files.ParseFromIstream(&in)) throw std::runtime_error("no descriptors");
    for (auto const& file : files.file()) pool_.BuildFile(file);
  }

  std::string bytes_of(std::string const& type, std::string const& json) {
    auto const message = make(type);
    auto const status = pb::util::JsonStringToMessage(json, message.get());
    return status.ok() ? message->SerializeAsString() : "not ours: " + status.ToString();
  }

  /// As text that is equal for equal content: entries of maps are sorted.
  std::string json_of(std::string const& type, std::string const& bytes) {
    auto const message = make(type);
    if (!message->ParseFromString(bytes)) return "undecodable";
    std::string text;
    pb::util::JsonPrintOptions options;
    options.always_print_primitive_fields = true;
    static_cast<void>(pb::util::MessageToJsonString(*message, &text, options));
    pb::Struct json;
    static_cast<void>(pb::util::JsonStringToMessage(text, &json));
    return json.DebugString();
  }

 private:
  std::unique_ptr<pb::Message> make(std::string const& type) {
    auto const* const descriptor = pool_.FindMessageTypeByName(type);
    if (descriptor == nullptr) throw std::runtime_error("no such message: " + type);
    return std::unique_ptr<pb::Message>(factory_.GetPrototype(descriptor)->New());
  }

  pb::DescriptorPool pool_;
  pb::DynamicMessageFactory factory_{&pool_};
};

struct Case {
  std::string name;
  std::string type;
  std::string bytes;
  bool official_reads{};  ///< whether the official decoder takes it
  std::string json;       ///< what it says then
};

std::string text_of(pb::Struct const& object, std::string const& key) {
  auto const found = object.fields().find(key);
  return found == object.fields().end() ? "" : found->second.string_value();
}

std::string json_under(pb::Struct const& object) {
  std::string text;
  auto const found = object.fields().find("json");
  if (found != object.fields().end())
    static_cast<void>(pb::util::MessageToJsonString(found->second, &text));
  return text;
}

Case case_of(pb::Struct const& object) {
  Case one{text_of(object, "name"),
           text_of(object, "type"),
           from_hex(text_of(object, "hex")).value(),
           true,
           {}};
  auto const decoder = object.fields().find("official_decoder");
  auto const& answer = decoder == object.fields().end() ? object : decoder->second.struct_value();
  if (decoder != object.fields().end()) one.official_reads = answer.fields().at("ok").bool_value();
  one.json = json_under(answer);
  return one;
}

/// Protobuf reads the file too: it keeps every digit of the numbers.
std::vector<Case> cases(std::string const& which) {
  pb::Struct file;
  auto const status =
      pb::util::JsonStringToMessage(archipelago::testing::read_vector_file("wire.json"), &file);
  if (!status.ok()) throw std::runtime_error(status.ToString());
  std::vector<Case> all;
  for (auto const& one : file.fields().at(which).list_value().values())
    all.push_back(case_of(one.struct_value()));
  return all;
}

std::string sorted(std::string bytes) {
  std::ranges::sort(bytes);
  return bytes;
}

TEST(WireVectors, EveryMessageDecodesAndEncodesToTheOfficialBytes) {
  Schema schema;
  auto const all = cases("cases");
  std::size_t reordered = 0;
  for (auto const& one : all) {
    auto const bytes = again(one.type, one.bytes);
    ASSERT_TRUE(bytes) << one.type << ' ' << to_hex(one.bytes) << ' ' << bytes.error().detail;
    if (*bytes == one.bytes) continue;
    // The official encoder writes entries of a map as they came, and some payloads between peers in
    // the order in which their fields were declared; nothing else may differ.
    ++reordered;
    EXPECT_TRUE(one.type.ends_with("rfc4.Packet") || one.type.ends_with("ServerPacket"))
        << one.type;
    EXPECT_EQ(to_hex(sorted(*bytes)), to_hex(sorted(one.bytes))) << one.type;
    EXPECT_EQ(schema.json_of(one.type, *bytes), schema.json_of(one.type, one.bytes));
  }
  EXPECT_GT(all.size(), 10 * reordered);
}

TEST(WireVectors, FieldNamesAndNumbersAreTheOfficialOnes) {
  Schema schema;
  for (auto const& one : cases("cases")) {
    auto const bytes = schema.bytes_of(one.type, one.json);
    EXPECT_EQ(to_hex(sorted(bytes)), to_hex(sorted(one.bytes)))
        << one.type << ' ' << one.json << ' ' << bytes;
    EXPECT_EQ(schema.json_of(one.type, bytes), schema.json_of(one.type, one.bytes)) << one.type;
  }
}

TEST(WireVectors, MalformedBytesAreRefusedOrReadAsTheOfficialDecoderReadsThem) {
  Schema schema;
  auto const all = cases("malformed");
  ASSERT_FALSE(all.empty());
  for (auto const& one : all) {
    auto const bytes = again(one.type, one.bytes);
    if (!bytes) {
      EXPECT_EQ(bytes.error().code, Errc::malformed_packet) << to_hex(one.bytes);
      continue;
    }
    ASSERT_TRUE(one.official_reads) << to_hex(one.bytes);
    EXPECT_EQ(schema.json_of(one.type, *bytes),
              schema.json_of(one.type, schema.bytes_of(one.type, one.json)));
  }
}

TEST(WireVectors, OddButLegalBytesAreReadAsTheOfficialDecoderReadsThem) {
  Schema schema;
  auto const all = cases("tolerance");
  ASSERT_FALSE(all.empty());
  for (auto const& one : all) {
    auto const bytes = again(one.type, one.bytes);
    ASSERT_TRUE(bytes) << one.name;
    auto const ours = schema.json_of(one.type, *bytes);
    if (one.name == "map entry without value")  // dropped by the official decoder; to us its value
                                                // is a default (WIRE 1)
      EXPECT_NE(ours.find("key: \"aaaaa\""), std::string::npos) << ours;
    else if (one.official_reads)
      EXPECT_EQ(ours, schema.json_of(one.type, schema.bytes_of(one.type, one.json))) << one.name;
  }
}

}  // namespace
}  // namespace archipelago::wire
