// What a peer can cause is a value: Result<T> = the value, or an Error with its reason and a detail
// for the log.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "base/errc.hpp"

namespace archipelago {

struct Error {
  Errc code{};
  std::string detail;  ///< for logs, and for texts that a protocol prescribes; may quote the peer,
                       ///< never secrets
};

template <class T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string detail = {}) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}

}  // namespace archipelago
