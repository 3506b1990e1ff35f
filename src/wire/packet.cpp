// Messages of proto/ <-> bytes, on protobuf's lite runtime.
#include "wire/packet.hpp"

#include <climits>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>

namespace archipelago::wire {
namespace {

// Protobuf tells bad UTF-8 from other malformed bytes only in its log, and would let any client
// write to our stderr. Its log ends here: the one fact is kept, for the thread that parses.
thread_local bool utf8_was_bad = false;

void note_log(google::protobuf::LogLevel /*level*/, char const* /*file*/, int /*line*/,
              std::string const& text) {
  if (text.find("UTF-8") != std::string::npos) utf8_was_bad = true;
}

void take_over_log() {
  static bool const done = [] {
    google::protobuf::SetLogHandler(&note_log);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

Result<> decode_into(std::string_view bytes, std::size_t max_bytes,
                     google::protobuf::MessageLite& message) {
  if (bytes.size() > max_bytes || bytes.size() > INT_MAX) return fail(Errc::message_too_big);
  take_over_log();
  utf8_was_bad = false;
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
  return fail(utf8_was_bad ? Errc::invalid_utf8 : Errc::malformed_packet, message.GetTypeName());
}

std::string encode(google::protobuf::MessageLite const& message) {
  take_over_log();
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  google::protobuf::io::StringOutputStream sink(&bytes);
  google::protobuf::io::CodedOutputStream out(&sink);
  out.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&out);
  out.Trim();
  return bytes;
}

}  // namespace archipelago::wire
