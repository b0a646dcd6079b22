// Shares, teams and their barrier. Also built with ThreadSanitizer, which then has the last word.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "slimc/runtime.h"

namespace {

TEST(Share, CoversEveryTaskOnceAndEvenly) {
  for (int tasks = 0; tasks <= 40; ++tasks) {
    for (int workers = 1; workers <= 17; ++workers) {
      int next = 0;
      for (int worker = 0; worker < workers; ++worker) {
        const slimc::Share share = slimc::share_of(tasks, worker, workers);
        EXPECT_EQ(share.first, next);
        EXPECT_GE(share.last - share.first, tasks / workers);
        EXPECT_LE(share.last - share.first, (tasks + workers - 1) / workers);
        next = share.last;
      }
      EXPECT_EQ(next, tasks);
    }
  }
}

// Every worker adds to its own plain counter and, behind each barrier, looks at all the others'.
struct Counters {
  slimc::Team team;
  std::vector<slimc::Seat> seats;
  std::vector<int> counts;
  int rounds = 0;
  int wrong = 0;  // of worker 0
  bool uneven = false;

  explicit Counters(int workers, bool slow = false)
      : seats(workers), counts(workers), uneven(slow) {
    EXPECT_TRUE(team.start(workers, seats.data(), work, this));
  }
  ~Counters() { team.stop(); }

  static void work(void* instance, int worker) {
    auto& self = *static_cast<Counters*>(instance);
    for (int round = 0; round < self.rounds; ++round) {
      // Someone is late every time, late enough that the others give up spinning.
      if (self.uneven && round % self.team.size() == worker) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      const int before = self.counts[worker];
      self.counts[worker] = before + 1;
      self.team.barrier(worker);
      for (const int count : self.counts) {
        if (count != before + 1 && worker == 0) ++self.wrong;
      }
      self.team.barrier(worker);
    }
  }
};

class Team : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Sizes, Team, ::testing::Values(1, 2, 3, 8, 32));

TEST_P(Team, MeetsAtEveryBarrier) {
  Counters counters(GetParam());
  counters.rounds = 100;
  for (int run = 1; run <= 10; ++run) {
    counters.team.run();
    EXPECT_EQ(counters.wrong, 0);
    for (const int count : counters.counts) EXPECT_EQ(count, run * 100);
  }
}

TEST_P(Team, MeetsWhenSomeoneIsLate) {
  Counters counters(GetParam(), true);
  counters.rounds = 50;
  counters.team.run();
  EXPECT_EQ(counters.wrong, 0);
  for (const int count : counters.counts) EXPECT_EQ(count, 50);
}

TEST_P(Team, SleepsBetweenRuns) {
  Counters counters(GetParam());
  counters.rounds = 3;
  for (int run = 1; run <= 5; ++run) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    counters.team.run();
    for (const int count : counters.counts) EXPECT_EQ(count, run * 3);
  }
}

TEST_P(Team, EndsWithoutEverRunning) {
  for (int i = 0; i < 20; ++i) Counters counters(GetParam());
}

}  // namespace
