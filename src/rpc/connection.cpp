// Dispatches a client's frames (WIRE 2.2).
#include "rpc/connection.hpp"

namespace archipelago::rpc {

void Connection::send(std::uint32_t number, wire::RpcBody const& body) {
  if (!closed_) hooks_.send(wire::encode_rpc(number, body));
}

void Connection::send_error(std::uint32_t number, std::string_view text) {
  send(number, wire::RpcRemoteError{0, std::string(text)});
}

Result<> Connection::receive(std::string_view bytes) {
  if (closed_) return {};
  auto frame = wire::decode_rpc_from_client(bytes);
  if (!frame) return tl::unexpected(std::move(frame.error()));
  auto const number = frame->number;
  return std::visit(
      [&](auto&& message) { return handle(number, std::forward<decltype(message)>(message)); },
      std::move(frame->body));
}

template <class ServerOnly>
Result<> Connection::handle(std::uint32_t /*number*/, ServerOnly const& /*message*/) {
  return {};  // decode_rpc_from_client has refused it
}

std::shared_ptr<LivePort> Connection::find_port(std::uint32_t id) const {
  auto const found = ports_.find(id);
  return found == ports_.end() ? nullptr : found->second;
}

Result<> Connection::handle(std::uint32_t number, wire::RpcCreatePort message) {
  if (message.port_name.size() > limits_.name_bytes)
    return fail(Errc::rpc_violation, "port name too long");
  if (ports_.size() >= limits_.ports) return fail(Errc::too_many_subscriptions, "ports");
  auto const id = hooks_.next_port_id();
  auto const port = std::make_shared<LivePort>(id, std::move(message.port_name), weak_from_this());
  ports_[id] = port;
  hooks_.open_port(*port);
  send(number, wire::RpcCreatePortResponse{id});
  return {};
}

Result<> Connection::handle(std::uint32_t number, wire::RpcRequestModule const& message) {
  if (message.module_name.size() > limits_.name_bytes)
    return fail(Errc::rpc_violation, "module name too long");
  auto const port = find_port(message.port_id);
  if (!port) {
    send_error(number, "Cannot find port " + std::to_string(message.port_id));
    return {};
  }
  auto procedures = port->load(message.module_name);
  if (!procedures) {
    send_error(number,
               "Module " + message.module_name + " is not available for port " + port->label());
    return {};
  }
  send(number, wire::RpcRequestModuleResponse{port->id(), std::move(*procedures)});
  return {};
}

Result<> Connection::handle(std::uint32_t number, wire::RpcRequest message) {
  auto const port = find_port(message.port_id);
  if (!port) {
    send_error(number, "invalid portId");
    return {};
  }
  auto const procedure = port->procedure(message.procedure_id);
  if (!procedure) {
    send_error(number, "procedureId " + std::to_string(message.procedure_id) + " is missing in " +
                           port->label());
    return {};
  }
  if (refuse(number, message)) return {};
  auto const client_stream = message.client_stream;
  auto call = std::make_shared<Call::State>(weak_from_this(), number, std::move(message),
                                            Slot(open_calls_));
  if (client_stream != 0) ins_[client_stream] = call->input();
  procedure(Call(std::move(call)));
  return {};
}

bool Connection::refuse(std::uint32_t number, wire::RpcRequest const& request) {
  if (*open_calls_ >= limits_.open_calls) {
    send_error(number, "Too many open calls");
    return true;
  }
  if (request.client_stream != 0 && ins_.contains(request.client_stream)) {
    send_error(number,
               "client_stream " + std::to_string(request.client_stream) + " is open already");
    return true;
  }
  return false;
}

Result<> Connection::handle(std::uint32_t /*number*/, wire::RpcDestroyPort message) {
  close_port(message.port_id, false);
  return {};
}

Result<> Connection::handle(std::uint32_t number, wire::RpcStreamMessage message) {
  if (auto const in = ins_.find(number); in != ins_.end()) {
    auto const stream = in->second;
    if (message.closed)
      stream->end();
    else
      stream->element(message.sequence_id, std::move(message.payload));
  } else if (auto const out = outs_.find(number); out != outs_.end()) {
    auto const stream = out->second;
    stream->answered(message.sequence_id, message.ack, message.closed);
  }
  return {};  // a stray one is ignored
}

Result<> Connection::handle(std::uint32_t number, wire::RpcStreamAck const& message) {
  if (auto const out = outs_.find(number); out != outs_.end()) {
    auto const stream = out->second;
    stream->answered(message.sequence_id, message.ack, message.closed);
  }
  return {};
}

bool Connection::add(std::uint32_t number, std::shared_ptr<OutStream::State> const& stream) {
  return !closed_ && outs_.try_emplace(number, stream).second;
}

void Connection::close_port(std::uint32_t id, bool tell_client) {
  auto const port = find_port(id);
  if (!port) return;
  ports_.erase(id);
  auto const outs = outs_;
  auto const ins = ins_;
  for (auto const& [number, stream] : ins)
    if (stream->port() == id) stream->end();
  for (auto const& [number, stream] : outs)
    if (stream->port() == id) stream->end(tell_client);
  port->run_on_close();
}

void Connection::closed() {
  if (closed_) return;
  auto const keep = shared_from_this();
  closed_ = true;
  while (!ports_.empty()) close_port(ports_.begin()->first, false);
  // A call may have outlived its port, and opened its stream then.
  while (!outs_.empty()) {
    auto const stream = outs_.begin()->second;
    stream->end(false);
  }
  while (!ins_.empty()) {
    auto const stream = ins_.begin()->second;
    stream->end();
  }
}

}  // namespace archipelago::rpc
