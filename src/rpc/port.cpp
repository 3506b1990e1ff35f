// A port: which modules it offers, and which procedure an id means.
#include "rpc/connection.hpp"

namespace archipelago::rpc {

std::optional<std::vector<wire::RpcProcedure>> LivePort::load(std::string const& module) {
  if (auto const found = loaded_.find(module); found != loaded_.end()) return found->second;
  auto const offered = offered_.find(module);
  if (offered == offered_.end()) return std::nullopt;
  std::vector<wire::RpcProcedure> procedures;
  for (auto const& procedure : offered->second.procedures) {
    procedures_.push_back(procedure.handle);
    procedures.push_back({static_cast<std::uint32_t>(procedures_.size()), procedure.name});
  }
  return loaded_.emplace(module, std::move(procedures)).first->second;
}

std::function<void(Call)> LivePort::procedure(std::uint32_t id) const {
  return id == 0 || id > procedures_.size() ? nullptr : procedures_[id - 1];
}

void LivePort::close() {
  if (auto const connection = connection_.lock()) connection->close_port(id_, true);
}

void LivePort::run_on_close() {
  auto const callbacks = std::exchange(on_close_, {});
  for (auto const& callback : callbacks) callback();
}

}  // namespace archipelago::rpc
