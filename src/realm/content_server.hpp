// The content server's end of GET /hot-scenes.
#pragma once

#include <stop_token>
#include <string>

#include "realm/scene_board.hpp"

namespace archipelago::realm {

/// POSTs to <content_url>/entities/active and waits for the answer, of at most 16 MiB, or for
/// `stop`.
SceneBoard::Ask ask_content_server(std::string const& content_url, std::stop_token stop);

}  // namespace archipelago::realm
