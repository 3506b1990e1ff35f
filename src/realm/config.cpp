// Reading a configuration: default < file < environment < flag, one line for whatever is wrong.
#include "realm/config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <toml++/toml.h>

#include "adapters/rule.hpp"
#include "realm/backends.hpp"
#include "realm/options.hpp"

namespace archipelago::realm {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20U;
constexpr std::size_t kMaxShownBytes = 80;

std::string on_one_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

/// A value short enough for a message.
std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text.substr(0, kMaxShownBytes)) +
         (text.size() > kMaxShownBytes ? "…\"" : "\"");
}

[[noreturn]] void refuse(Option const& option, std::string const& value,
                         std::string const& origin) {
  throw ConfigError(option.name() + " = " + (option.is_secret() ? "(secret)" : value) + " (" +
                    origin + "): must be " + option.expected());
}

class Loader {
 public:
  explicit Loader(LoadedConfig& loaded) : loaded_(loaded), options_(options(loaded.config)) {
    for (auto const& option : options_) loaded_.origins[option.name()] = "default";
  }

  void read_file(std::string const& name, std::string const& text) {
    if (name.empty()) return;
    try {
      read_table(toml::parse(text), "", name);
    } catch (toml::parse_error const& error) {
      std::ostringstream line;
      line << "file " << name << ":" << error.source().begin.line
           << ": not TOML: " << error.description();
      throw ConfigError(line.str());
    }
  }

  void read_environment(
      std::function<std::optional<std::string>(std::string const&)> const& environment) {
    if (!environment) return;
    for (auto& option : options_)
      for (auto const& name : option.environment()) {
        auto const value = environment(name);
        if (!value || value->empty()) continue;
        set(option, *value, "environment " + name);
        break;
      }
  }

  void read_flags(std::map<std::string, std::string> const& flags) {
    for (auto const& [name, value] : flags) {
      auto* const option = find(name);
      if (option == nullptr || option->flag().empty())
        throw ConfigError(in_quotes(name) + ": no such flag");
      set(*option, value, "flag " + option->flag());
    }
  }

 private:
  Option* find(std::string_view name) {
    auto const at = std::find_if(options_.begin(), options_.end(),
                                 [&](auto const& o) { return o.name() == name; });
    return at == options_.end() ? nullptr : &*at;
  }

  void set(Option& option, std::string const& text, std::string const& origin) {
    if (!option.parse(text)) refuse(option, in_quotes(text), origin);
    loaded_.origins[option.name()] = origin;
  }

  void read_table(toml::table const& table, std::string const& path, std::string const& file) {
    for (auto const& [key, node] : table) {
      auto name = path.empty() ? std::string(key.str()) : path + "." + std::string(key.str());
      auto const origin = "file " + file + ":" + std::to_string(node.source().begin.line);
      auto* const option = find(name);
      if (option != nullptr) {
        set(*option, node, origin);
      } else if (auto const* inner = node.as_table(); inner != nullptr && is_section(name)) {
        read_table(*inner, name, file);
      } else {
        throw ConfigError(in_quotes(name) + " (" + origin +
                          "): no such option; `archipelago config` lists them");
      }
    }
  }

  [[nodiscard]] bool is_section(std::string const& name) const {
    return std::any_of(options_.begin(), options_.end(),
                       [&](auto const& o) { return o.name().starts_with(name + "."); });
  }

  void set(Option& option, toml::node const& node, std::string const& origin) {
    if (!assign(option, node)) {
      std::ostringstream value;
      if (!node.is_table() && !node.is_array()) node.visit([&](auto const& v) { print(value, v); });
      refuse(option, value.str().empty() ? "(a table or list)" : in_quotes(value.str()), origin);
    }
    loaded_.origins[option.name()] = origin;
  }

  template <class Node>
  static void print(std::ostream& out, Node const& node) {
    if constexpr (toml::is_value<Node>) out << node.get();
  }

  static bool assign(Option& option, toml::node const& node) {
    if (auto const* text = node.as_string()) return option.assign(std::string(text->get()));
    if (auto const* flag = node.as_boolean()) return option.assign(flag->get());
    if (auto const* whole = node.as_integer()) return option.assign(whole->get());
    if (auto const* real = node.as_floating_point()) return option.assign(real->get());
    auto const* array = node.as_array();
    return array != nullptr && assign_list(option, *array);
  }

  static bool assign_list(Option& option, toml::array const& array) {
    std::vector<std::string> texts;
    for (auto const& element : array) {
      auto const* text = element.as_string();
      if (text == nullptr) return false;
      texts.push_back(text->get());
    }
    return option.assign(std::move(texts));
  }

  LoadedConfig& loaded_;
  std::vector<Option> options_;
};

/// What no single option can know.
class Together {
 public:
  explicit Together(LoadedConfig const& loaded)
      : loaded_(loaded), copy_(loaded.config), options_(options(copy_)) {}

  void check() const {
    auto const& c = loaded_.config;
    require(c.islands.leave_distance > c.islands.join_distance, "islands.leave_distance",
            "must be more than", "islands.join_distance");
    require(c.rooms.capacity == 0 || c.rooms.capacity >= c.islands.max_peers, "rooms.capacity",
            "must be 0, or at least", "islands.max_peers");
    require(c.limits.cut_after_ms == 0 || c.limits.cut_after_ms > c.limits.ping_after_ms,
            "limits.cut_after_ms", "must be 0, or more than", "limits.ping_after_ms");
    require(c.http.drain_deadline_ms >= c.http.drain_ms, "http.drain_deadline_ms",
            "must be at least", "http.drain_ms");
    require(c.limits.backlog_bytes >= c.limits.bff_message_bytes, "limits.backlog_bytes",
            "must be at least", "limits.bff_message_bytes");
    require(c.http.tls_certificate.empty() == c.http.tls_key.empty(), "http.tls_key",
            "must name a file exactly when there is one of", "http.tls_certificate");
    require(c.http.tls_key.empty() || c.http.shards <= 1, "http.shards",
            "must be 0 or 1, because encrypted connections cannot change threads, with",
            "http.tls_key");
    require(c.comms.mode != "fixed-adapter" || !c.comms.adapter.empty(), "comms.mode", "needs",
            "comms.adapter");
    check_livekit();
    check_roles();
  }

 private:
  void check_roles() const {
    auto const& c = loaded_.config;
    auto const& role = c.process.role;
    require(role == "all" || !c.nats.servers.empty(), "process.role", "needs one of",
            "nats.servers");
    require(role == "all" || c.comms.mode == "archipelago", "process.role",
            "is for realms with islands: must be all with", "comms.mode");
    auto const wants_simulator = std::ranges::any_of(c.backends.rules, [](auto const& text) {
      return adapters::Rule::parse(text)->kind == "simulator";
    });
    require(role != "core" || !wants_simulator, "backends.rules",
            "names the simulator, whose rooms are in this process: not with", "process.role");
    bool const has_rooms = c.livekit.hosts.empty() || !c.backends.rules.empty();
    require(role != "rooms" || !c.rooms.secret.empty(), "process.role", "needs", "rooms.secret");
    require(role != "core" || !has_rooms || !c.rooms.secret.empty(), "process.role", "needs",
            "rooms.secret");
  }

  void check_livekit() const {
    auto const& livekit = loaded_.config.livekit;
    for (auto const& [option, value] : {std::pair("livekit.api_key", &livekit.api_key),
                                        std::pair("livekit.api_secret", &livekit.api_secret)})
      require(livekit.hosts.empty() == value->empty(), option,
              "must be set exactly when there is one of", "livekit.hosts");
    require(!livekit.hosts.empty() || !wants_livekit(loaded_.config.backends.rules),
            "backends.rules", "names livekit, which needs one of", "livekit.hosts");
  }

  void require(bool holds, std::string const& option, std::string const& must,
               std::string const& other) const {
    if (!holds) throw ConfigError(shown(option) + ": " + must + " " + shown(other));
  }

  [[nodiscard]] std::string shown(std::string const& name) const {
    auto const at = std::find_if(options_.begin(), options_.end(),
                                 [&](auto const& o) { return o.name() == name; });
    auto const value = at->shown();
    return name + " = " + (value.empty() ? "(nothing)" : value) + " (" + loaded_.origins.at(name) +
           ")";
  }

  LoadedConfig const& loaded_;
  Config copy_;
  std::vector<Option> options_;
};

}  // namespace

ConfigError::ConfigError(std::string message)
    : std::runtime_error(on_one_line(std::move(message))) {}

LoadedConfig load_config(ConfigSources const& sources) {
  LoadedConfig loaded;
  Loader loader(loaded);
  loader.read_file(sources.file_name, sources.file_text);
  loader.read_environment(sources.environment);
  loader.read_flags(sources.flags);
  Together(loaded).check();
  return loaded;
}

std::string read_config_file(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw ConfigError("file " + path.string() + ": cannot be read");
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes)
    throw ConfigError("file " + path.string() + ": larger than 1 MiB");
  return text;
}

std::optional<std::string> process_environment(std::string const& name) {
  char const* const value =
      std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): read before threads start
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace archipelago::realm
