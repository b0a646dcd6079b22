// Shares, teams and their barrier, a caller's parallel-for in place of it, and what a fork leaves.
// Also built with ThreadSanitizer, which then has the last word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "slimc/runtime.h"
#include "tests/runtime/forked.h"
#include "tests/runtime/parallel_fors.h"

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
    team.init(workers, seats.data(), work, this);
  }
  ~Stages() { team.stop(); }

  static void work(void* instance, int worker) {
    auto& self = *static_cast<Stages*>(instance);
    for (int stage = 0; stage < self.stages; ++stage) {
      if (const slimc::ParallelFor parallel_for = self.team.parallel_for()) {
        parallel_for(self.team.parallel_for_user(), self.team.size(), compute, &self);
        self.team.next_round();
      } else {
        compute(&self, worker);
        self.team.barrier(worker);
      }
    }
  }
  static void compute(void* context, int worker) {
    auto& self = *static_cast<Stages*>(context);
    const int count = static_cast<int>(self.computed.size());
    for (int ms = 0; worker == self.late && self.done < count && ms < 60'000; ++ms) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    int own = 0;
    slimc::Tasks tasks(self.team, worker, count, own);
    for (int task; (task = tasks.next()) >= 0;) {
      ++self.computed[task];
      ++self.done;
    }
    self.by_worker[worker] += own;
  }

  // As many runs, in each of which each task is computed once.
  void expect_right(int runs = 1) {
    const std::vector<int> before = computed;
    for (int run = 0; run < runs; ++run) EXPECT_TRUE(team.run());
    for (std::size_t i = 0; i < computed.size(); ++i) {
      EXPECT_EQ(computed[i], before[i] + runs * stages) << "task " << i;
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
    team.init(workers, seats.data(), work, this);
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

TEST_P(Team, StartsAnewAfterAStop) {
  Stages stages(GetParam(), 40);
  for (int i = 0; i < 20; ++i) {
    stages.expect_right(2);
    stages.team.stop();
    if (i % 3 == 0) stages.team.stop();
  }
}

// Which workers there are is what the last set_size() said, whatever there was before.
TEST(Team, HasTheSizeThatWasSet) {
  struct Seen {
    slimc::Team team;
    slimc::Seat seats[8];
    std::atomic<unsigned> workers = 0;
    static void work(void* instance, int worker) {
      auto& self = *static_cast<Seen*>(instance);
      self.workers |= 1u << worker;
      self.team.barrier(worker);
    }
  } seen;
  seen.team.init(8, seen.seats, Seen::work, &seen);
  for (const int size : {8, 1, 3, 3, 2, 8, 1, 8}) {
    seen.team.set_size(5);  // for no run
    seen.team.set_size(size);
    for (int run = 0; run < 3; ++run) {
      seen.workers = 0;
      ASSERT_TRUE(seen.team.run());
      EXPECT_EQ(seen.workers, (1u << size) - 1) << size;
    }
  }
  seen.team.stop();
}

TEST(Tasks, AreComputedOnceWhateverTheSize) {
  Stages stages(8, 21);
  stages.stages = 20;
  for (const int size : {8, 2, 1, 5, 8, 3}) {
    stages.team.set_size(size);
    stages.expect_right(3);
  }
}

class ParallelFor : public ::testing::TestWithParam<slimc::testing::NamedParallelFor> {};
INSTANTIATE_TEST_SUITE_P(Callers, ParallelFor, ::testing::ValuesIn(slimc::testing::kParallelFors),
                         [](const auto& info) { return info.param.name; });

TEST_P(ParallelFor, ComputesEveryTaskOnce) {
  for (const int workers : {1, 2, 3, 8}) {
    for (const int tasks : {1, 2, 7, 64}) {
      Stages stages(workers, tasks);
      stages.stages = 5;
      int calls = 0;
      stages.team.set_parallel_for(GetParam().function, &calls);
      stages.expect_right(4);
      EXPECT_EQ(calls, 4 * 5);
    }
  }
}

// The own threads end when it comes and start when it goes; both count tasks in the same places.
TEST_P(ParallelFor, ComesAndGoes) {
  Stages stages(3, 10);
  stages.stages = 7;
  int calls = 0;
  for (int i = 0; i < 4; ++i) {
    stages.expect_right(2);
    stages.team.set_parallel_for(GetParam().function, &calls);
    stages.expect_right(2);
    stages.team.set_size(1 + i % 3);
    stages.expect_right(2);
    if (i == 2) stages.team.stop();
    stages.team.set_parallel_for(nullptr, nullptr);
  }
  EXPECT_EQ(calls, 4 * 4 * 7);
}

TEST(ParallelFor, OfMoreTasksThanACountHolds) {
  Stages stages(3, 0x10000);
  int calls = 0;
  stages.team.set_parallel_for(slimc::testing::backwards, &calls);
  stages.expect_right(2);
}

// The rounds begin anew after 2^16 of them.
TEST(ParallelFor, OfMoreRoundsThanATagHolds) {
  Stages stages(2, 2);
  stages.stages = 0x10000 + 10;
  int calls = 0;
  stages.team.set_parallel_for(slimc::testing::in_order, &calls);
  stages.expect_right(2);
}

TEST(Fork, LeavesBothATeam) {
  Stages stages(3, 30);
  stages.stages = 10;
  stages.expect_right(2);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(slimc::testing::forked([&] {
      stages.expect_right(3);
      stages.team.set_size(2);
      stages.expect_right(3);
      stages.team.stop();
      stages.expect_right(3);
      // A child of the child, whose parent has threads of its own.
      EXPECT_TRUE(slimc::testing::forked([&] { stages.expect_right(3); }));
      stages.expect_right(3);
    }));
    stages.expect_right(3);
  }
}

// The child's copy knows of threads that are not there.
TEST(Fork, LeavesTheChildATeamToStop) {
  Stages stages(3, 30);
  stages.expect_right();
  EXPECT_TRUE(slimc::testing::forked([&] { stages.team.stop(); }));
  EXPECT_TRUE(slimc::testing::forked([&] {
    int calls = 0;
    stages.team.set_parallel_for(slimc::testing::in_order, &calls);
    stages.expect_right(2);
  }));
  stages.expect_right();
}

// While another thread keeps the team busy: whatever it was doing, the child begins anew.
TEST(Fork, MayComeInTheMiddleOfARun) {
  Stages stages(3, 30);
  stages.stages = 10;
  std::atomic<bool> enough = false;
  std::thread runs([&] {
    while (!enough) stages.team.run();
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(slimc::testing::forked([&] { stages.expect_right(3); }));
  }
  enough = true;
  runs.join();
}

}  // namespace
