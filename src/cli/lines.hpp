// Lines of a stream, of bounded length, as soon as they are there.
#pragma once

#include <cstddef>
#include <istream>
#include <string>

namespace archipelago::cli {

enum class LineRead : unsigned char { line, end, too_long };

/// The next line without its line feed; the last one may lack it. Reads no further than the line
/// feed, so that another program can wait for the answer.
inline LineRead read_line(std::istream& in, std::string& line, std::size_t most_bytes) {
  line.clear();
  auto* const buffer = in.rdbuf();
  for (;;) {
    auto const c = buffer->sbumpc();
    if (c == std::istream::traits_type::eof()) return line.empty() ? LineRead::end : LineRead::line;
    if (c == '\n') return LineRead::line;
    if (line.size() == most_bytes) return LineRead::too_long;
    line += std::istream::traits_type::to_char_type(c);
  }
}

}  // namespace archipelago::cli
