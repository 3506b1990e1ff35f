// An operator's LiveKit servers, and a watch over them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"

namespace archipelago::realm {

struct LiveKitHost {
  std::string url;           ///< ws:// or wss://
  std::size_t capacity = 0;  ///< players; 0: no limit

  friend bool operator==(LiveKitHost const&, LiveKitHost const&) = default;
};

/// `wss://host[:port][/path] [players]`. Error: bad_request.
Result<LiveKitHost> parse_livekit_host(std::string_view text);

/// Asks one host whether it is well. Blocks; any thread.
using AskHost = std::function<Result<>(std::string const& url)>;

/// GET of the host's root within `timeout` and until `stop`: any status of 200 to 299 is good.
AskHost ask_livekit_host(Millis timeout, std::stop_token stop);

/// Looks at every host again and again, on `submit`'s threads, and tells when one fails (three bad
/// answers in a row) or is back (two good ones). All are well in the beginning. One loop.
class HostWatch {
 public:
  /// On the loop's thread.
  using Changed = std::function<void(std::string const& url, bool healthy)>;

  struct Parts {
    Loop& loop;
    Metrics& metrics;
    std::function<bool(Task)> submit;  ///< to a thread; false when there is none for it
    AskHost ask;
    Changed changed;
  };

  /// The parts outlive this, and this outlives what was submitted. Looks for the first time soon.
  /// Before the loop runs, or on its thread.
  HostWatch(Parts parts, std::vector<std::string> urls, Millis every);
  HostWatch(HostWatch const&) = delete;
  HostWatch& operator=(HostWatch const&) = delete;

 private:
  struct Host {
    std::string url;
    int bad = 0;   ///< in a row
    int good = 0;  ///< in a row
    bool healthy = true;
    bool asked = false;
  };

  void look();
  void answered(Host& host, Result<> const& answer);

  Parts const parts_;
  Millis const every_;
  std::vector<Host> hosts_;
  Timer timer_;
  std::shared_ptr<bool> const alive_ = std::make_shared<bool>(true);
};

}  // namespace archipelago::realm
