// Explanations in slices, so that no question holds up a flush.
#include "islands/explainer.hpp"

#include <chrono>
#include <utility>

namespace archipelago::islands {
namespace {

constexpr std::chrono::microseconds kSlice{2'000};  // a member that was begun is finished
constexpr std::size_t kNearestOfMember = 5;
constexpr std::size_t kNearestOfPlayer = 20;

}  // namespace

Explainer::Explainer(Loop& loop, Source engine, Stopwatch stopwatch)
    : loop_(loop), engine_(std::move(engine)), stopwatch_(std::move(stopwatch)) {}

Explainer::Explainer(Loop& loop, engine::Engine const& engine, Stopwatch stopwatch)
    : Explainer(loop, [&engine] { return &engine; }, std::move(stopwatch)) {}

bool Explainer::ask_members(std::string island, ExplainReply reply) {
  auto question = std::make_shared<Question>();
  question->nearest = kNearestOfMember;
  question->reply = std::move(reply);
  return begin(std::move(question), std::move(island));
}

bool Explainer::ask_player(Address const& player, ExplainReply reply) {
  auto question = std::make_shared<Question>();
  question->players.push_back(player.str());
  question->nearest = kNearestOfPlayer;
  question->reply = std::move(reply);
  return begin(std::move(question), {});
}

bool Explainer::begin(QuestionPointer question, std::string island) {
  if (busy_.exchange(true)) return false;
  loop_.post([weak = weak_from_this(), question = std::move(question), island = std::move(island)] {
    auto const self = weak.lock();
    if (!self) return;
    auto const* const engine = self->engine_();
    if (engine != nullptr && !island.empty()) list_members(*question, *engine, island);
    self->go_on(question);
  });
  return true;
}

void Explainer::list_members(Question& question, engine::Engine const& engine,
                             std::string const& island) {
  engine.see_island(island, [&](engine::IslandView const& view) {
    question.answer.complete = view.members.size() <= kMostExplained;
    for (auto const& member : view.members)
      if (question.players.size() < kMostExplained) question.players.emplace_back(member.player);
  });
}

void Explainer::go_on(QuestionPointer const& question) {
  auto const began = stopwatch_();
  auto const* const engine = engine_();
  question->answer.known = engine != nullptr;
  if (engine == nullptr) return answer(*question);
  while (question->next < question->players.size()) {
    auto why = engine->explain(question->players[question->next++], question->nearest);
    if (why) question->answer.players.push_back(std::move(*why));
    if (stopwatch_() - began >= kSlice) return later(question);
  }
  answer(*question);
}

void Explainer::answer(Question& question) {
  busy_ = false;
  question.reply(std::move(question.answer));
}

void Explainer::later(QuestionPointer question) {
  loop_.post([weak = weak_from_this(), question = std::move(question)] {
    if (auto const self = weak.lock()) self->go_on(question);
  });
}

}  // namespace archipelago::islands
