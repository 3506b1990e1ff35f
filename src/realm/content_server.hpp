// The content server's end of GET /hot-scenes.
#pragma once

#include <string>

#include "realm/scene_board.hpp"

namespace archipelago::realm {

/// POSTs to <content_url>/entities/active and waits for the answer, of at most 16 MiB.
SceneBoard::Ask ask_content_server(std::string const& content_url);

}  // namespace archipelago::realm
