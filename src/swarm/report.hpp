// What a run came to, and whether anything in it was unexpected.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "swarm/meters.hpp"
#include "swarm/script.hpp"

namespace archipelago::swarm {

/// The swarm's own process, as its operating system counts it.
struct ProcessFigures {
  double cpu_seconds = 0;
  double cpu_wait_seconds = 0;   ///< that its threads could have run and did not: others did
  std::uint64_t rss_before = 0;  ///< bytes: before the first player
  std::uint64_t rss_most = 0;    ///< highest that was seen
  std::uint64_t rss_end = 0;     ///< at the end, everybody in
  std::uint64_t files_most = 0;  ///< open descriptors
  std::uint64_t files_left = 0;  ///< after everybody had left, beyond those from before
};

struct Report {
  std::string realm;
  std::string world;  ///< "plazas mixed"
  Scene scene = Scene::none;
  std::size_t players = 0;  ///< that were asked for
  double seconds = 0;       ///< from the first login to the last message
  bool interrupted = false;
  Meters meters;
  Population end;  ///< when everybody was still in
  ProcessFigures process;
};

/// Lines for people, one for each thing that should not have happened; none: all was as expected.
/// Expected are: everybody in a room in the end (newcomers of the last ten seconds apart), no
/// refusal, no disconnect, no room that failed, no reliable message lost or doubled, nobody's
/// message under another's name. In a login storm also retryable refusals; in a play with cuts all
/// that is retryable between a cut and being back.
[[nodiscard]] std::vector<std::string> unexpected(Report const& report);

/// One object in one line, with its line feed.
[[nodiscard]] std::string to_json(Report const& report);
/// A screen for people.
[[nodiscard]] std::string to_table(Report const& report);

/// `3.2 ms`, `1.7 s`.
[[nodiscard]] std::string in_words(Micros took);

}  // namespace archipelago::swarm
