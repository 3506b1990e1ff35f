// Markdown from the tables, so that the documents cannot say anything else than the program does.
#include "realm/config_pages.hpp"

#include <algorithm>

#include "base/errc.hpp"
#include "base/metrics.hpp"
#include "realm/options.hpp"

namespace archipelago::realm {
namespace {

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

std::string with_labels(MetricInfo const& row) {
  std::string labels;
  if (!row.outcome.empty()) labels += "outcome=\"" + std::string(row.outcome) + "\"";
  if (!row.reason.empty())
    labels += (labels.empty() ? "reason=\"" : ",reason=\"") + std::string(row.reason) + "\"";
  return std::string(row.name) + (labels.empty() ? "" : "{" + labels + "}");
}

std::string environment_cell(Option const& option) {
  std::string cell;
  for (auto const& name : option.environment()) cell += (cell.empty() ? "" : "<br>") + code(name);
  return cell;
}

std::string config_row(Option const& option) {
  return "| " + code(option.name()) + " | " + code(option.flag()) + " | " +
         environment_cell(option) + " | " + code(option.shown()) + " | " + option.expected() +
         " | " + option.help() + " |\n";
}

}  // namespace

std::string config_listing(LoadedConfig loaded) {
  std::string text;
  for (auto const& option : options(loaded.config)) {
    auto line = option.name() + " = " + option.shown();
    line.resize(std::max<std::size_t>(line.size() + 1, 48), ' ');
    text += line + "# " + loaded.origins[option.name()] + "\n";
  }
  return text;
}

std::string config_page() {
  Config defaults;
  std::string text =
      "# Configuration\n\n"
      "Made by `archipelago config --markdown`; a test compares the two.\n\n"
      "A value comes from its default, then a TOML file (`--config FILE` or `ARCHIPELAGO_CONFIG`; "
      "the part before the dot is the\n"
      "table, `[http]`, the part after it the key), then the environment (an empty value counts as "
      "unset; of several names the\n"
      "first that is set counts), then a flag: the later wins. A wrong value stops the start with "
      "one line and exit status 2.\n"
      "Lists are written `a,b` in environment and flags, `[\"a\", \"b\"]` in the file. Options "
      "without a flag are secrets:\n"
      "environment or file only, never printed. `archipelago config --show` lists what is in "
      "effect and where it came from.\n\n"
      "| option | flag | environment | default | allowed | meaning |\n|---|---|---|---|---|---|\n";
  for (auto const& option : options(defaults)) text += config_row(option);
  return text;
}

std::string reasons_page() {
  std::string text =
      "# Reasons\n\n"
      "Made by `archipelago config --markdown reasons`; a test compares the two.\n\n"
      "Every refusal, drop and close has one reason. It is the label in "
      "`archipelago_rejected_total{reason=…}`, a field of log\n"
      "lines and the text of the close frame. Retryable: come back after a pause of 0.5 to 30 s, "
      "growing and jittered. Others\n"
      "fail again until something is done about them.\n\n"
      "| reason | close code | retryable | meaning |\n|---|---|---|---|\n";
  for (auto const& row : reasons())
    text += "| " + code(row.label) + " | " + std::to_string(row.close_code) + " | " +
            (row.retryable ? "yes" : "no") + " | " + std::string(row.meaning) + " |\n";
  return text;
}

std::string metrics_page() {
  std::string text =
      "# Metrics\n\n"
      "Made by `archipelago config --markdown metrics`; a test compares the two.\n\n"
      "`GET /metrics` answers in Prometheus text format.\n\n"
      "| metric | type | meaning |\n|---|---|---|\n";
  for (auto const& row : metric_infos())
    text += "| " + code(with_labels(row)) + " | " + (row.gauge ? "gauge" : "counter") + " | " +
            std::string(row.help) + " |\n";
  text +=
      "| `archipelago_rejected_total{reason}` | counter | Refusals, drops and closes by reason "
      "(REASONS.md) |\n";
  text +=
      "| `archipelago_loop_lag_seconds{loop}` | histogram | How late each thread runs what is due, "
      "asked ten times a second; `islands` and the shards by number |\n";
  text +=
      "| `archipelago_build_info{version,commitHash,ethNetwork}` | gauge | Always 1; its labels "
      "tell the build |\n";
  return text;
}

}  // namespace archipelago::realm
