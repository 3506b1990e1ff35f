// Names for the parts of Asio and Beast that net is built on. Included by net's own sources only.
#pragma once

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

namespace archipelago::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// Concrete executors: no type erasure in the hot path.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TcpAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using AsioTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>;

template <class T>
using Async = asio::awaitable<T, Executor>;

// Errors are values: `auto [ec, n] = co_await socket.async_read_some(buffer, use);`
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> use{
    asio::use_awaitable_t<Executor>{}};

}  // namespace archipelago::net
