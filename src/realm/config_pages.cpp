// Markdown from the tables, so that the documents cannot say anything else than the program does.
#include "realm/config_pages.hpp"

#include <algorithm>

#include "base/errc.hpp"
#include "base/metrics.hpp"
#include "realm/options.hpp"
#include "realm/prometheus.hpp"

namespace archipelago::realm {
namespace {

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

std::string with_labels(std::string_view name, std::string_view labels) {
  return std::string(name) + (labels.empty() ? "" : "{" + std::string(labels) + "}");
}

std::string text_of(MetricLabel const& first, MetricLabel const& second = {}) {
  std::string text;
  for (auto const& one : {first, second})
    if (!one.key.empty())
      text +=
          (text.empty() ? "" : ",") + std::string(one.key) + "=\"" + std::string(one.value) + "\"";
  return text;
}

std::string metric_row(std::string_view name, std::string_view labels, std::string_view type,
                       std::string_view help) {
  return "| " + code(with_labels(name, labels)) + " | " + std::string(type) + " | " +
         std::string(help) + " |\n";
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
    text += metric_row(row.name, text_of(row.first, row.second),
                       row.kind == MetricKind::counter ? "counter" : "gauge", row.help);
  for (auto const& row : distribution_infos())
    text += metric_row(row.name, text_of(row.label), "histogram", row.help);
  for (auto const& row : other_metric_infos())
    text += metric_row(row.name, row.labels, row.type, row.help);
  return text;
}

}  // namespace archipelago::realm
