// Shares, teams and their barrier. Also built with ThreadSanitizer, which then has the last word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
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

// Stages of tasks that count how often they are computed.
struct Stages {
  slimc::Team team;
  std::vector<slimc::Seat> seats;
  std::vector<int> computed;  // plain: tasks must not meet
  std::vector<int> by_worker;
  int stages = 1;
  int late = -1;  // this worker looks for its first task when all are computed, or after a minute
  std::atomic<int> done = 0;

  Stages(int workers, int tasks) : seats(workers), computed(tasks), by_worker(workers) {
    EXPECT_TRUE(team.start(workers, seats.data(), work, this));
  }
  ~Stages() { team.stop(); }

  static void work(void* instance, int worker) {
    auto& self = *static_cast<Stages*>(instance);
    for (int stage = 0; stage < self.stages; ++stage) {
      const int count = static_cast<int>(self.computed.size());
      for (int ms = 0; worker == self.late && self.done < count && ms < 60'000; ++ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      slimc::Tasks tasks(self.team, worker, count);
      for (int task; (task = tasks.next()) >= 0;) {
        ++self.computed[task];
        ++self.by_worker[worker];
        ++self.done;
      }
      self.team.barrier(worker);
    }
  }
};

class Tasks : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Workers, Tasks, ::testing::Values(1, 2, 3, 8, 32));

TEST_P(Tasks, AreComputedOnceInEveryStage) {
  for (const int tasks : {1, 2, 3, 7, 64}) {
    Stages stages(GetParam(), tasks);
    stages.stages = 50;
    for (int run = 1; run <= 4; ++run) {
      stages.team.run();
      EXPECT_THAT(stages.computed, ::testing::Each(run * 50));
    }
  }
}

// The counts of a share have 16 bits; beyond that the shares are fixed.
TEST_P(Tasks, MayBeMoreThanACountHolds) {
  for (const int tasks : {0xffff, 0x10000}) {
    Stages stages(GetParam(), tasks);
    stages.team.run();
    EXPECT_THAT(stages.computed, ::testing::Each(1));
  }
}

// The rounds that tag the counts have 16 bits too. A worker whose share is empty is not asked.
TEST(Tasks, AreComputedWhenTheRoundsBeginAnew) {
  Stages stages(2, 2);
  stages.stages = 0x10000 + 10;
  stages.team.run();
  EXPECT_THAT(stages.computed, ::testing::Each(0x10000 + 10));
}

TEST(Tasks, OfALateWorkerAreTakenByTheOthers) {
  for (const int late : {0, 1, 2}) {
    Stages stages(3, 30);
    stages.late = late;
    stages.team.run();
    EXPECT_EQ(stages.by_worker[late], 0) << late;
    EXPECT_THAT(stages.computed, ::testing::Each(1));
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
