// Headers, masks, fragments.
#include "net/frame_reader.hpp"

#include <cstring>
#include <utility>

#include "net/text.hpp"

namespace archipelago::net {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kContinuation = 0;
constexpr std::uint8_t kText = 1;
constexpr std::uint8_t kBinary = 2;
constexpr std::uint8_t kClose = 8;
constexpr std::uint8_t kPing = 9;
constexpr std::uint8_t kPong = 10;
constexpr std::size_t kMaxControl = 125;
constexpr std::size_t kFragments = 64;       // a message may come in so many…
constexpr std::size_t kFragmentBytes = 128;  // …and in one more for each so many bytes

void unmask(std::span<char> bytes, std::array<char, 4> const& key) {
  std::uint64_t wide = 0;
  std::memcpy(&wide, key.data(), key.size());
  std::memcpy(reinterpret_cast<char*>(&wide) + key.size(), key.data(), key.size());
  std::size_t i = 0;
  for (; i + sizeof wide <= bytes.size(); i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ key[i % key.size()]);
}

/// RFC 6455 section 7.4: codes that are reserved, or never on the wire, may not be sent.
bool is_close_code(unsigned code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

bool is_control(std::uint8_t opcode) {
  return (opcode & 8U) != 0;
}

}  // namespace

void FrameReader::feed(std::span<char> bytes) {
  in_unread_ = !unread_.empty();
  if (!in_unread_) {
    bytes_ = bytes;
    return;
  }
  unread_.append(bytes.data(), bytes.size());
  bytes_ = unread_;
}

std::optional<FrameReader::Item> FrameReader::next() {
  if (std::exchange(handed_out_, false)) message_ = {};
  while (!ended_) {
    Header header;
    auto const found = read_header(header);
    if (found == Found::violation) return end_with(Kind::violation);
    if (found == Found::whole)
      if (auto const why = refusal(header)) return end_with(*why);
    if (found == Found::part || bytes_.size() - header.length < header.size) break;
    auto const payload = bytes_.subspan(header.length, header.size);
    bytes_ = bytes_.subspan(header.length + header.size);
    unmask(payload, header.key);
    auto const opcode = static_cast<std::uint8_t>(header.first & 0x0fU);
    std::string_view const text(payload.data(), payload.size());
    if (is_control(opcode)) return control(opcode, text);
    if (auto const item = data(header, text)) return item;
  }
  keep_rest();
  return std::nullopt;
}

/// `part`: the header itself is unfinished.
FrameReader::Found FrameReader::read_header(Header& header) const {
  auto const at = [this](std::size_t i) { return static_cast<std::uint8_t>(bytes_[i]); };
  if (bytes_.size() < 2) return Found::part;
  header.first = at(0);
  if ((at(1) & 0x80U) == 0) return Found::violation;
  std::size_t const short_size = at(1) & 0x7fU;
  std::size_t const extra = short_size < 126 ? 0 : short_size == 126 ? 2 : 8;
  header.length = 2 + extra + header.key.size();
  if (bytes_.size() < header.length) return Found::part;
  std::uint64_t size = extra == 0 ? short_size : 0;
  for (std::size_t i = 0; i < extra; ++i) size = size << 8U | at(2 + i);
  if ((extra == 2 && size < 126) || (extra == 8 && (size < 65'536 || size >> 63U != 0)))
    return Found::violation;
  header.size = static_cast<std::size_t>(size);
  std::memcpy(header.key.data(), bytes_.data() + 2 + extra, header.key.size());
  return Found::whole;
}

/// Why this frame ends everything, before any of its payload is looked at.
std::optional<FrameReader::Kind> FrameReader::refusal(Header const& header) const {
  auto const opcode = static_cast<std::uint8_t>(header.first & 0x0fU);
  bool const final = (header.first & kFinal) != 0;
  if ((header.first & kReserved) != 0) return Kind::violation;
  if (is_control(opcode))
    return opcode <= kPong && final && header.size <= kMaxControl ? std::nullopt
                                                                  : std::optional(Kind::violation);
  if (opcode > kBinary || (opcode == kContinuation) != in_message_) return Kind::violation;
  if (opcode == kText) return Kind::text;
  if (header.size > max_message_ || message_.size() > max_message_ - header.size)
    return Kind::too_big;
  if (fragments_ > kFragments + message_.size() / kFragmentBytes) return Kind::crumbs;
  return std::nullopt;
}

FrameReader::Item FrameReader::end_with(Kind kind) {
  ended_ = true;
  return {.kind = kind, .payload = {}};
}

FrameReader::Item FrameReader::control(std::uint8_t opcode, std::string_view payload) {
  if (opcode != kClose) return {opcode == kPing ? Kind::ping : Kind::pong, payload};
  ended_ = true;
  if (payload.empty()) return {Kind::close, payload};
  if (payload.size() == 1) return {Kind::violation, {}};
  auto const byte = [&](std::size_t i) { return static_cast<std::uint8_t>(payload[i]); };
  auto const code = static_cast<std::uint16_t>(byte(0) << 8U | byte(1));
  auto const text = payload.substr(2);
  if (!is_close_code(code) || !is_utf8(text)) return {Kind::violation, {}};
  return {Kind::close, text, code};
}

/// Nothing while there are fragments to come.
std::optional<FrameReader::Item> FrameReader::data(Header const& header, std::string_view payload) {
  bool const final = (header.first & kFinal) != 0;
  if (final && !in_message_) return Item{Kind::message, payload};
  message_ += payload;
  in_message_ = !final;
  fragments_ = final ? 0 : fragments_ + 1;
  if (!final) return std::nullopt;
  handed_out_ = true;
  return Item{Kind::message, message_};
}

/// Whatever was not handed out moves into unread_.
void FrameReader::keep_rest() {
  auto const rest = std::exchange(bytes_, {});
  if (ended_ || rest.empty()) {
    unread_ = {};
  } else if (in_unread_) {
    unread_.erase(0, unread_.size() - rest.size());
  } else {
    unread_.assign(rest.data(), rest.size());
  }
  in_unread_ = false;
}

}  // namespace archipelago::net
