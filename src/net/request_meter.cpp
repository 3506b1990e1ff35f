// A table of all kinds, whose cells are made when they are first needed.
#include "net/request_meter.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace archipelago::net {
namespace {

constexpr std::array kSeconds{0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
constexpr std::array kBytes{100.0, 1'000.0, 10'000.0, 65'536.0, 1'000'000.0};

constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD",   "POST", "OPTIONS",
                                                   "PUT", "DELETE", "other"};
constexpr std::array<std::string_view, 23> kCodes{
    "101", "200", "204", "206", "301", "302", "304", "400", "401", "403", "404",  "405",
    "408", "413", "414", "417", "426", "429", "431", "500", "501", "503", "other"};

/// The last one stands for all others.
template <std::size_t N>
std::size_t find_in(std::array<std::string_view, N> const& words, std::string_view word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end() - 1, word) - words.begin());
}

}  // namespace

struct RequestMeter::Cell {
  Histogram seconds{kSeconds};
  Histogram bytes{kBytes};
};

RequestMeter::RequestMeter(Router const& router)
    : router_(router),
      places_(router.patterns().size()),
      cells_((places_ + 1) * kMethods.size() * kCodes.size()) {}

RequestMeter::~RequestMeter() {
  for (auto& cell : cells_) std::unique_ptr<Cell>(cell.load()).reset();
}

RequestMeter::Cell& RequestMeter::cell(std::size_t index) {
  auto& place = cells_[index];
  if (auto* const there = place.load(std::memory_order_acquire)) return *there;
  auto made = std::make_unique<Cell>();
  Cell* first = nullptr;
  if (place.compare_exchange_strong(first, made.get(), std::memory_order_acq_rel))
    return *made.release();
  return *first;
}

std::size_t RequestMeter::method_place(std::string_view method) {
  return find_in(kMethods, method);
}

void RequestMeter::note(Request const& request, int status) {
  auto const place = std::min(request.place, places_);
  auto const kind = place * kMethods.size() + std::min(request.method, kMethods.size() - 1);
  auto& counted = cell(kind * kCodes.size() + find_in(kCodes, std::to_string(status)));
  std::chrono::duration<double> const took = Clock::now() - request.began;
  counted.seconds.note(took.count());
  counted.bytes.note(static_cast<double>(request.bytes));
}

void RequestMeter::each(std::function<void(Row const&)> const& see) const {
  auto const& patterns = router_.patterns();
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    auto const* const cell = cells_[i].load(std::memory_order_acquire);
    if (cell == nullptr) continue;
    auto const kind = i / kCodes.size();
    auto const place = kind / kMethods.size();
    see({.method = kMethods.at(kind % kMethods.size()),
         .handler = place < places_ ? std::string_view(patterns[place]) : "unknown",
         .code = kCodes.at(i % kCodes.size()),
         .seconds = cell->seconds,
         .bytes = cell->bytes});
  }
}

}  // namespace archipelago::net
