// A deny list in a file: what counts as a change, and what a bad one says.
#include "realm/ban_sources.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace archipelago::realm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FileList : public ::testing::Test {
 protected:
  ~FileList() override { fs::remove_all(path_); }

  /// As editors do: the new file takes the old one's place.
  void write(std::string const& text) {
    auto const fresh = path_.string() + ".new";
    std::ofstream(fresh) << text;
    fs::rename(fresh, path_);
  }
  std::string error() {
    auto const list = read_();
    return list ? std::string() : list.error().detail;
  }

  fs::path path_ = fs::temp_directory_path() / ("archipelago-list-" + std::to_string(::getpid()));
  bans::ListKeeper::Read read_ = file_list(path_.string());
  std::string one_ = "0x" + std::string(40, '1');
};

TEST_F(FileList, IsReadWhenItChangedAndOnlyThen) {
  write(one_);
  auto const first = read_();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->addresses.size(), 1U);
  auto const again = read_();
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again) << "unchanged";
  write("0x" + std::string(40, '2'));
  auto const other = read_();
  ASSERT_TRUE(other && *other) << "of the same size, but another file";
  EXPECT_FALSE((*other)->addresses.contains(*Address::parse(one_)));
}

TEST_F(FileList, ThatIsMissingIsAnErrorOnce) {
  EXPECT_THAT(error(), HasSubstr("cannot be read: No such file"));
  auto const again = read_();
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
  write(one_);
  auto const now = read_();
  ASSERT_TRUE(now);
  EXPECT_TRUE(*now);
}

TEST_F(FileList, ThatIsBadSaysItsLineOnce) {
  write("# out\n\nnobody\n");
  EXPECT_THAT(error(), HasSubstr("line 3"));
  EXPECT_EQ(error(), "");
}

TEST_F(FileList, ThatIsAFolderIsAnError) {
  fs::create_directory(path_);
  EXPECT_THAT(error(), HasSubstr("cannot be read"));
}

TEST_F(FileList, ThatIsLargerThanAllowedIsNotTakenIn) {
  write(one_);
  fs::resize_file(path_, (128U << 20U) + 1);
  EXPECT_THAT(error(), HasSubstr("larger than 128 MiB"));
}

}  // namespace
}  // namespace archipelago::realm
