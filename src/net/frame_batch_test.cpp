// What each connection gets of a batch: everything but its own, in order, whatever the order of
// authors.
#include "net/frame_batch.hpp"

#include <array>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "net/frame_writer.hpp"

namespace archipelago::net {
namespace {

using Own = FrameBatch::Own;

std::string framed(std::string const& payload) {
  return binary_frame_header(payload.size()) + payload;
}

std::string slices_of(FrameBatch const& batch, Own const& author) {
  std::array<std::string_view, 64> room;
  std::span<std::string_view> slices(room);
  RC_ASSERT(batch.slice(author, slices));
  std::string joined;
  for (auto const slice : slices) {
    RC_ASSERT(!slice.empty());
    joined += slice;
  }
  return joined;
}

RC_GTEST_PROP(FrameBatchProperty, EveryAuthorGetsTheFramesOfAllOthersInOrder, ()) {
  FrameBatch batch;
  for (int round = 0; round < 2; ++round) {
    std::array<Own, 4> authors;
    std::array<std::string, 4> expected;
    std::array<std::size_t, 4> own{};
    for (auto const& [who, text] :
         *rc::gen::arbitrary<std::vector<std::pair<std::uint8_t, std::string>>>()) {
      auto const author = who % authors.size();
      auto const payload = std::string(author == 3 ? 200 : 0, 'x') + text;
      batch.add(payload.size(), false, authors[author]).append(payload);
      ++own[author];
      for (std::size_t other = 0; other < authors.size(); ++other)
        if (other != author) expected[other] += framed(payload);
    }
    for (std::size_t i = 0; i < authors.size(); ++i) {
      std::string by_frame;
      std::size_t frames = 0;
      std::size_t payload = 0;
      batch.for_others(authors[i], [&](auto const& frame) {
        by_frame += batch.bytes(frame);
        ++frames;
        payload += batch.payload(frame).size();
      });
      RC_ASSERT(by_frame == expected[i]);
      RC_ASSERT(batch.frames_beside(authors[i]) == frames);
      RC_ASSERT(batch.payload_beside(authors[i]) == payload);
      RC_ASSERT(batch.bytes_beside(authors[i]) == by_frame.size());
      if (own[i] < 60) RC_ASSERT(slices_of(batch, authors[i]) == expected[i]);
    }
    batch.clear();
    RC_ASSERT(batch.empty());
  }
}

TEST(FrameBatch, WhoSaidNothingGetsOneSlice) {
  FrameBatch batch;
  Own author;
  for (int i = 0; i < 10; ++i) batch.add(1, true, author).append("x");
  std::array<std::string_view, 1> room;
  std::span<std::string_view> slices(room);
  ASSERT_TRUE(batch.slice({}, slices));
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0], batch.bytes());
}

TEST(FrameBatch, MoreSlicesThanThereIsRoomForAreRefused) {
  FrameBatch batch;
  Own one;
  Own two;
  for (int i = 0; i < 3; ++i) {
    batch.add(1, true, one).append("x");
    batch.add(1, true, two).append("y");
  }
  std::array<std::string_view, 2> room;
  std::span<std::string_view> slices(room);
  EXPECT_FALSE(batch.slice(one, slices));
}

TEST(FrameBatch, TheMemoryOfALargeBatchIsGivenBack) {
  FrameBatch batch;
  Own author;
  batch.add(100'000, false, author).append(std::string(100'000, 'x'));
  batch.clear();
  Own again;
  EXPECT_LT(batch.add(0, false, again).capacity(), FrameBatch::kKeptBytes);
}

}  // namespace
}  // namespace archipelago::net
