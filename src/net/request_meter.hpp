// What is asked over HTTP, how long answers take and how large requests are: the known http_*
// metrics (WIRE 10).
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"
#include "net/http.hpp"

namespace archipelago::net {

/// Counts by method, route and status; what can be told apart is bounded, whatever is asked: paths
/// that no route knows are one, so are methods that none has. Any thread; without locks, and what
/// was never asked costs a pointer.
class RequestMeter {
 public:
  using Clock = std::chrono::steady_clock;

  /// A request that is being answered.
  struct Request {
    std::size_t place = kNowhere;   ///< of its route, as Router::place_of()
    std::size_t method = kNowhere;  ///< method_place()
    std::size_t bytes = 0;          ///< of its body
    Clock::time_point began = Clock::now();
  };
  static constexpr std::size_t kNowhere = SIZE_MAX;
  [[nodiscard]] static std::size_t method_place(std::string_view method);

  /// Requests of one kind.
  struct Row {
    std::string_view method;   ///< "other" beside the usual ones
    std::string_view handler;  ///< the route's pattern, or "unknown"
    std::string_view code;
    Histogram const& seconds;
    Histogram const& bytes;
  };

  /// `router` has all its routes and outlives this.
  explicit RequestMeter(Router const& router);
  RequestMeter(RequestMeter const&) = delete;
  RequestMeter& operator=(RequestMeter const&) = delete;
  ~RequestMeter();

  /// The answer has been handed over.
  void note(Request const& request, int status);

  /// Every kind that was ever noted.
  void each(std::function<void(Row const&)> const& see) const;

 private:
  struct Cell;
  Cell& cell(std::size_t index);

  Router const& router_;
  std::size_t const places_;
  std::vector<std::atomic<Cell*>> cells_;  // null: never asked
};

}  // namespace archipelago::net
