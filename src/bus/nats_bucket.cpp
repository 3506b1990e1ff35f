#include "bus/nats_bucket.hpp"

#include <algorithm>
#include <cstddef>

namespace archipelago::bus {
namespace {

constexpr char const* kKey = "leader";
constexpr int kMaxValue = 512;

struct FreeEntry {
  void operator()(kvEntry* entry) const { kvEntry_Destroy(entry); }
};

}  // namespace

natsStatus NatsBucket::open() {
  store_.reset();
  context_.reset();
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = wait_.count();
  jsCtx* context = nullptr;
  auto status = natsConnection_JetStream(&context, link_.get(), &options);
  if (status != NATS_OK) return status;
  context_.reset(context);
  kvStore* store = nullptr;
  status = js_KeyValue(&store, context, name_.c_str());
  if (status == NATS_NOT_FOUND) status = make(&store);
  if (status == NATS_OK) store_.reset(store);
  return status;
}

natsStatus NatsBucket::make(kvStore** out) {
  kvConfig config;
  kvConfig_Init(&config);
  config.Bucket = name_.c_str();
  config.History = 1;
  config.StorageType = js_FileStorage;
  config.MaxValueSize = kMaxValue;
  return js_CreateKeyValue(out, context_.get(), &config);
}

std::optional<NatsBucket::Entry> NatsBucket::read() {
  if (!store_) return std::nullopt;
  kvEntry* raw = nullptr;
  auto const status = kvStore_Get(&raw, store_.get(), kKey);
  std::unique_ptr<kvEntry, FreeEntry> const entry(raw);
  if (status == NATS_NOT_FOUND) return Entry{};
  if (status != NATS_OK) return std::nullopt;
  auto const size = std::clamp(kvEntry_ValueLen(raw), 0, kMaxValue);
  auto const* const value = static_cast<char const*>(kvEntry_Value(raw));
  return Entry{kvEntry_Revision(raw),
               value == nullptr ? "" : std::string(value, static_cast<std::size_t>(size))};
}

std::optional<std::uint64_t> NatsBucket::write(std::string const& value, std::uint64_t last) {
  if (!store_) return std::nullopt;
  std::uint64_t revision = 0;
  auto const size = static_cast<int>(value.size());
  auto const status = last == 0
                          ? kvStore_Create(&revision, store_.get(), kKey, value.data(), size)
                          : kvStore_Update(&revision, store_.get(), kKey, value.data(), size, last);
  if (status != NATS_OK) return std::nullopt;
  return revision;
}

}  // namespace archipelago::bus
