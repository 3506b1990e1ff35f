// Plays the transcripts of rpc.json against a server: the client's frames go in, the server's are
// compared. What is not significant (the file's `about`): the order between connections and between
// message numbers, and the texts of errors that come from a parser.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "support/vectors.hpp"
#include "wire/rpc_frame.hpp"

namespace archipelago::testing {

struct TranscriptFrame {
  std::string conn;  ///< "" when the transcript has only one
  bool from_client{};
  bool closes{};  ///< no frame: the server closes the connection here
  std::string bytes;
};

struct Transcript {
  std::string name;
  std::string description;
  std::vector<TranscriptFrame> frames;
  boost::json::object json;  ///< the whole case: inputs, result, bus

  /// Some cases say it of themselves.
  [[nodiscard]] bool texts_matter() const {
    return description.find("text not significant") == std::string::npos;
  }
};

/// What a transcript is played against. Numbers of ports start at 1 for each transcript.
class TranscriptServer {
 public:
  virtual ~TranscriptServer() = default;
  virtual void open(std::string const& conn) = 0;
  virtual void deliver(std::string const& conn, std::string const& bytes) = 0;
  /// Everything sent to the client so far.
  virtual std::vector<std::string> const& sent(std::string const& conn) = 0;
  virtual bool closed(std::string const& conn) = 0;
  /// Called before each frame is looked at: let what is under way finish; do what another service
  /// does at this point.
  virtual void before(Transcript const& /*transcript*/, std::size_t /*frame*/) {}
};

namespace transcript {

inline std::string unhex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

inline std::string describe(std::string const& bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  if (auto const frame = wire::decode_rpc(bytes))
    text =
        std::string(wire::rpc_type_name(frame->body)) + " " + std::to_string(frame->number) + " ";
  for (char const c : bytes) {
    text.push_back(kDigits[static_cast<unsigned char>(c) >> 4U]);
    text.push_back(kDigits[static_cast<unsigned char>(c) & 0xFU]);
  }
  return text;
}

inline std::uint32_t number_of(std::string const& bytes) {
  auto const frame = wire::decode_rpc(bytes);
  return frame ? frame->number : UINT32_MAX;
}

inline std::vector<std::string> with_number(std::vector<std::string> const& frames,
                                            std::uint32_t number) {
  std::vector<std::string> chosen;
  std::ranges::copy_if(frames, std::back_inserter(chosen),
                       [&](auto const& f) { return number_of(f) == number; });
  return chosen;
}

inline bool same(std::string const& expected, std::string const& actual, bool texts_matter) {
  if (expected == actual) return true;
  if (texts_matter) return false;
  auto const left = wire::decode_rpc(expected);
  auto const right = wire::decode_rpc(actual);
  return left && right && std::holds_alternative<wire::RpcRemoteError>(left->body) &&
         std::holds_alternative<wire::RpcRemoteError>(right->body);
}

/// A failed login closes the connection (DESIGN, stricter rule 2); the transcript goes on with the
/// port closed only.
inline bool login_failed(std::vector<std::string> const& sent) {
  if (sent.empty()) return false;
  auto const last = wire::decode_rpc(sent.back());
  if (!last) return false;
  auto const* const error = std::get_if<wire::RpcRemoteError>(&last->body);
  return error != nullptr && error->error_message == "Authentication failed";
}

class Player {
 public:
  Player(Transcript const& script, TranscriptServer& server) : script_(script), server_(server) {}

  std::string play() {
    for (std::size_t i = 0; i < script_.frames.size(); ++i) {
      auto const& frame = script_.frames[i];
      if (opened_.insert(frame.conn).second) server_.open(frame.conn);
      server_.before(script_, i);
      if (given_up_.contains(frame.conn)) continue;
      if (auto problem = step(frame); !problem.empty()) return at(i, problem);
    }
    server_.before(script_, script_.frames.size());
    return nothing_more();
  }

 private:
  std::string step(TranscriptFrame const& frame) {
    if (frame.closes)
      return server_.closed(frame.conn) ? "" : "the server did not close the connection";
    if (!frame.from_client) return expect(frame);
    if (server_.closed(frame.conn) && login_failed(server_.sent(frame.conn)))
      given_up_.insert(frame.conn);
    else
      server_.deliver(frame.conn, frame.bytes);
    return {};
  }

  std::string expect(TranscriptFrame const& frame) {
    auto const number = number_of(frame.bytes);
    auto const place = seen_[{frame.conn, number}]++;
    auto const actual = with_number(server_.sent(frame.conn), number);
    if (actual.size() <= place) return "missing: " + describe(frame.bytes);
    if (!same(frame.bytes, actual[place], script_.texts_matter()))
      return "expected: " + describe(frame.bytes) + "\n  but got: " + describe(actual[place]);
    return {};
  }

  std::string nothing_more() {
    for (auto const& conn : opened_) {
      if (given_up_.contains(conn)) continue;
      std::map<std::uint32_t, std::size_t> counts;
      for (auto const& frame : server_.sent(conn))
        if (auto const number = number_of(frame); ++counts[number] > seen_[{conn, number}])
          return script_.name + ": unexpected on '" + conn + "': " + describe(frame);
    }
    return {};
  }

  [[nodiscard]] std::string at(std::size_t index, std::string const& problem) const {
    return script_.name + ", frame " + std::to_string(index) + ": " + problem;
  }

  Transcript const& script_;
  TranscriptServer& server_;
  std::set<std::string> opened_;
  std::set<std::string> given_up_;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> seen_;
};

}  // namespace transcript

/// All cases of rpc.json in their order.
inline std::vector<Transcript> rpc_transcripts() {
  auto const file = boost::json::parse(read_vector_file("rpc.json"));
  std::vector<Transcript> all;
  for (auto const& json : file.at("cases").as_array()) {
    Transcript script;
    script.json = json.as_object();
    script.name = std::string(json.at("name").as_string());
    script.description = std::string(json.at("description").as_string());
    for (auto const& frame : json.at("frames").as_array()) {
      auto const& fields = frame.as_object();
      TranscriptFrame one;
      if (auto const* const conn = fields.if_contains("conn"))
        one.conn = std::string(conn->as_string());
      one.closes = fields.contains("event");
      if (auto const* const dir = fields.if_contains("dir"))
        one.from_client = dir->as_string() == "c2s";
      if (auto const* const hex = fields.if_contains("hex"))
        one.bytes = transcript::unhex(hex->as_string());
      script.frames.push_back(std::move(one));
    }
    all.push_back(std::move(script));
  }
  return all;
}

/// Empty when the server did as the transcript says; else the first difference, for a test's
/// message.
inline std::string play(Transcript const& script, TranscriptServer& server) {
  return transcript::Player(script, server).play();
}

}  // namespace archipelago::testing
