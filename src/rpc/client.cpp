// The client's public face: ports, modules and streams over one Link.
#include "rpc/client.hpp"

#include <algorithm>
#include <cassert>

#include "rpc/link.hpp"

namespace archipelago::rpc {
namespace {

tl::unexpected<Error> misfit(wire::RpcBody const& body) {
  return fail(Errc::rpc_violation, "answered with " + std::string(wire::rpc_type_name(body)));
}

bool too_much(std::vector<wire::RpcProcedure> const& procedures, ClientLimits const& limits) {
  return procedures.size() > limits.procedures ||
         std::ranges::any_of(procedures, [&](auto const& p) {
           return p.procedure_name.size() > limits.name_bytes;
         });
}

}  // namespace

Client::Client(std::function<void(std::string)> send, ClientLimits limits)
    : link_(std::make_shared<Link>(std::move(send), limits)) {}

Client::~Client() {
  link_->closed();
}

void Client::create_port(std::string name, std::function<void(Result<RemotePort>)> callback) {
  auto const keep = link_;
  keep->ask(
      wire::RpcCreatePort{std::move(name)},
      [link = std::weak_ptr(keep), callback = std::move(callback)](Result<wire::RpcBody> answer) {
        if (!answer) return callback(tl::unexpected(std::move(answer.error())));
        auto const* const created = std::get_if<wire::RpcCreatePortResponse>(&*answer);
        if (created == nullptr) return callback(misfit(*answer));
        callback(RemotePort(link, created->port_id));
      });
}

Result<> Client::receive(std::string_view frame) {
  auto const keep = link_;
  return keep->receive(frame);
}

void Client::closed() {
  auto const keep = link_;
  keep->closed();
}

bool Client::server_ready() const {
  return link_->ready();
}

void RemotePort::load(std::string module,
                      std::function<void(Result<RemoteModule>)> callback) const {
  auto const keep = link_.lock();
  if (!keep) return callback(connection_ended());
  keep->ask(wire::RpcRequestModule{id_, std::move(module)},
            [link = link_, port = id_, limits = keep->limits(),
             callback = std::move(callback)](Result<wire::RpcBody> answer) {
              if (!answer) return callback(tl::unexpected(std::move(answer.error())));
              auto* const loaded = std::get_if<wire::RpcRequestModuleResponse>(&*answer);
              if (loaded == nullptr) return callback(misfit(*answer));
              if (too_much(loaded->procedures, limits))
                return callback(fail(Errc::rpc_violation, "a module of absurd size"));
              callback(RemoteModule(link, port, std::move(loaded->procedures)));
            });
}

void RemotePort::destroy() const {
  auto const link = link_.lock();
  if (!link) return;
  link->send(0, wire::RpcDestroyPort{id_});
  link->end_streams(id_);
}

std::optional<wire::RpcRequest> RemoteModule::request(std::string_view procedure,
                                                      std::string payload) const {
  auto const found = std::ranges::find(procedures_, procedure, &wire::RpcProcedure::procedure_name);
  if (found == procedures_.end()) return std::nullopt;
  return wire::RpcRequest{port_, found->procedure_id, 0, std::move(payload)};
}

void RemoteModule::call(std::string_view procedure, std::string payload,
                        std::function<void(Result<std::string>)> callback) const {
  auto const link = link_.lock();
  if (!link) return callback(connection_ended());
  auto message = request(procedure, std::move(payload));
  if (!message)
    return callback(fail(Errc::rpc_violation, "no procedure " + std::string(procedure)));
  link->ask(std::move(*message), [callback = std::move(callback)](Result<wire::RpcBody> answer) {
    if (!answer) return callback(tl::unexpected(std::move(answer.error())));
    auto* const response = std::get_if<wire::RpcResponse>(&*answer);
    if (response == nullptr) return callback(misfit(*answer));
    callback(std::move(response->payload));
  });
}

RemoteStream RemoteModule::stream(std::string_view procedure, std::string payload) const {
  auto const link = link_.lock();
  auto stream = std::make_shared<RemoteStream::State>(link_, port_);
  auto const message = request(procedure, std::move(payload));
  if (!link)
    stream->end(connection_ended().value());
  else if (!message)
    stream->end(Error{Errc::rpc_violation, "no procedure " + std::string(procedure)});
  else
    link->open(*message, stream);
  return RemoteStream(std::move(stream));
}

void RemoteStream::next(std::function<void(Result<std::optional<std::string>>)> callback) {
  auto const keep = state_;
  keep->next(std::move(callback));
}

void RemoteStream::close() {
  auto const keep = state_;
  keep->close();
}

}  // namespace archipelago::rpc
