// Addresses as text and as the bytes of their number.
#include "base/address.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago {
namespace {

TEST(Address, IsItsBytesInHexadecimal) {
  std::string bytes(Address::kBytes, '\0');
  bytes.front() = '\x0f';
  bytes.back() = '\xa9';
  auto const address = Address::from_bytes(bytes);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->text(), "0x0f000000000000000000000000000000000000a9");
}

TEST(Address, OfAnotherNumberOfBytesIsNone) {
  EXPECT_FALSE(Address::from_bytes(std::string(19, 'a')));
  EXPECT_FALSE(Address::from_bytes(std::string(21, 'a')));
  EXPECT_FALSE(Address::from_bytes(""));
}

RC_GTEST_PROP(AddressProperty, ComesBackFromItsBytes, ()) {
  auto const bytes = *rc::gen::container<std::string>(Address::kBytes, rc::gen::arbitrary<char>());
  auto const address = Address::from_bytes(bytes);
  RC_ASSERT(address.has_value());
  auto const back = address->bytes();
  RC_ASSERT(std::string(back.data(), back.size()) == bytes);
  RC_ASSERT(Address::parse(address->text()) == address);
}

}  // namespace
}  // namespace archipelago
