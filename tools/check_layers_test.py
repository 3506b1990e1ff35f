#!/usr/bin/env python3
"""What the check of layers must catch, and what it must let through."""
import unittest

from check_layers import faults_of_line

TABLE = {"base": set(), "limits": {"base"}, "bus": {"base"}, "engine": set(), "auth": {"base"}}


def wrong(file, line):
    return list(faults_of_line(file, line, TABLE))


class CheckLayers(unittest.TestCase):
    def test_a_room_sees_only_what_it_links(self):
        self.assertTrue(wrong("bus/x.cpp", '#include "limits/token_bucket.hpp"'))
        self.assertFalse(wrong("bus/x.cpp", '#include "base/time.hpp"'))
        self.assertFalse(wrong("bus/x.cpp", '#include "bus/bus.hpp"'))

    def test_pure_rooms_have_no_clock_thread_lock_or_randomness(self):
        for line in (
            "#include <mutex>",
            "#include <thread>",
            "#include <condition_variable>",
            "#include <boost/asio.hpp>",
            "#include <sys/socket.h>",
            "#include <time.h>",
            '#include "base/log.hpp"',
            "auto now = std::chrono::steady_clock::now();",
            "auto now = std::chrono::system_clock::now();",
            "std::random_device device;",
            "std::mutex mutex_;",
            "std::jthread worker;",
            "auto seed = std::time(nullptr);",
        ):
            self.assertTrue(wrong("engine/x.cpp", line), line)
            self.assertFalse(wrong("bus/x.cpp", line), line)

    def test_time_and_randomness_may_be_handed_in(self):
        for line in (
            "#include <chrono>",
            "#include <random>",
            "std::mt19937_64 random(seed);  // the same numbers on every machine",
            '#include "base/time.hpp"',
            '#include "base/random.hpp"',
            "void flush(std::chrono::milliseconds now);  // no steady_clock here",
            "explicit Thing(Random& random);",
        ):
            self.assertFalse(wrong("limits/x.cpp", line), line)

    def test_exceptions_are_for_one_place(self):
        self.assertFalse(wrong("auth/approval_cache.hpp", "mutable std::mutex mutex_;"))
        self.assertTrue(wrong("auth/handshake.hpp", "mutable std::mutex mutex_;"))


if __name__ == "__main__":
    unittest.main()
