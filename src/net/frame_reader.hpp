// What a websocket client sends, frame by frame (RFC 6455 section 5). Pure: bytes in, messages out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace archipelago::net {

/// Strict: every frame masked, no reserved bit or opcode, lengths in their shortest form, control
/// frames whole and of at most 125 bytes, close frames with a code that may be sent and UTF-8.
///
/// Works in the bytes it is given: what lies there whole is unmasked and handed out in place, and
/// only an unfinished frame or message is copied. Between messages a reader holds no memory of its
/// own. Memory otherwise: at most a message, a frame and the last bytes given. One thread.
class FrameReader {
 public:
  enum class Kind : std::uint8_t {
    message,    ///< a whole binary message
    ping,       ///< its payload is to be sent back
    pong,       ///<
    close,      ///< `code` (0: none was given) and text
    text,       ///< a text frame began, which nobody here speaks; nothing more is read
    too_big,    ///< a message is larger than allowed; nothing more is read
    crumbs,     ///< a message in far too many fragments; nothing more is read
    violation,  ///< against the protocol; nothing more is read
  };
  struct Item {
    Kind kind{};
    std::string_view payload;  ///< valid until the next call
    std::uint16_t code = 0;
  };

  explicit FrameReader(std::size_t max_message) : max_message_(max_message) {}
  void set_max_message(std::size_t bytes) { max_message_ = bytes; }

  /// More bytes of the connection, which are changed and must stay until next() has nothing left.
  void feed(std::span<char> bytes);
  /// The next whole thing; nothing: feed() more.
  [[nodiscard]] std::optional<Item> next();

  /// Bytes that wait for the rest of their message.
  [[nodiscard]] std::size_t held() const { return unread_.size() + message_.size(); }

 private:
  struct Header {
    std::uint8_t first = 0;
    std::size_t size = 0;
    std::array<char, 4> key{};
    std::size_t length = 0;  ///< of itself
  };
  enum class Found : std::uint8_t { whole, part, violation };

  [[nodiscard]] Found read_header(Header& header) const;
  [[nodiscard]] std::optional<Kind> refusal(Header const& header) const;
  Item end_with(Kind kind);
  Item control(std::uint8_t opcode, std::string_view payload);
  std::optional<Item> data(Header const& header, std::string_view payload);
  void keep_rest();

  std::size_t max_message_;
  std::span<char> bytes_;  // what is still to be read: of the caller or of unread_
  std::string unread_;     // an unfinished frame
  std::string message_;    // fragments so far
  std::uint32_t fragments_ = 0;
  bool in_message_ = false;  // the next data frame continues message_
  bool in_unread_ = false;   // bytes_ points into unread_
  bool handed_out_ = false;  // message_ was the last item
  bool ended_ = false;
};

}  // namespace archipelago::net
