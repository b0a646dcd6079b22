// The workers of one instance: its own threads and the barrier between them, or the caller's
// parallel-for.
//
// With its own threads the whole network is one parallel region: every worker runs the same
// function, computes tasks of each stage and waits at the barrier behind the stage. Between two
// runs the threads wait at the same barrier, so waking them is no more than the caller's arrival
// there. They start in the first run that needs them. A caller's parallel-for is called once a
// stage instead, from the thread that called run, and nobody waits in it.
//
// A worker first computes its share of a stage's tasks, then what is left of the others': a core
// that is slow, or busy with something else, is waited for no longer than one task takes.
//
// SLIMC_NO_THREADS leaves out the threads of our own: for targets without pthreads.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fork_mark.h"

namespace slimc {

// Tasks first..last-1 of a stage: contiguous and the same in every run, so that a worker reads
// neighbouring rows, and those weights that are in its cache since the last run.
struct Share {
  int first, last;
};
static inline Share share_of(int tasks, int worker, int workers) {
  const int each = tasks / workers, more = tasks % workers;
  const int first = worker * each + (worker < more ? worker : more);
  return {first, first + each + (worker < more ? 1 : 0)};
}

// The C library's functions under names of our own, with types that are good enough for their
// calling convention: its headers are not there when compiling for another target, and in a file
// that has them the two must not clash.
#ifndef SLIMC_NO_THREADS
#define SLIMC_TEXT_OF(x) #x
#define SLIMC_TEXT(x) SLIMC_TEXT_OF(x)
#define SLIMC_LIBC(name) __asm__(SLIMC_TEXT(__USER_LABEL_PREFIX__) #name)
extern "C" {
int slimc_pthread_create(uintptr_t* thread, const void* attributes, void* (*entry)(void*),
                         void* argument) SLIMC_LIBC(pthread_create);
int slimc_pthread_join(uintptr_t thread, void** result) SLIMC_LIBC(pthread_join);
int slimc_pthread_mutex_init(void* mutex, const void* attributes) SLIMC_LIBC(pthread_mutex_init);
int slimc_pthread_mutex_destroy(void* mutex) SLIMC_LIBC(pthread_mutex_destroy);
int slimc_pthread_mutex_lock(void* mutex) SLIMC_LIBC(pthread_mutex_lock);
int slimc_pthread_mutex_unlock(void* mutex) SLIMC_LIBC(pthread_mutex_unlock);
int slimc_pthread_cond_init(void* condition, const void* attributes) SLIMC_LIBC(pthread_cond_init);
int slimc_pthread_cond_destroy(void* condition) SLIMC_LIBC(pthread_cond_destroy);
int slimc_pthread_cond_wait(void* condition, void* mutex) SLIMC_LIBC(pthread_cond_wait);
int slimc_pthread_cond_broadcast(void* condition) SLIMC_LIBC(pthread_cond_broadcast);
int slimc_pthread_sigmask(int how, const void* set, void* old) SLIMC_LIBC(pthread_sigmask);
int slimc_sigfillset(void* set) SLIMC_LIBC(sigfillset);
#ifndef __ANDROID__
int slimc_pthread_setcancelstate(int state, int* old) SLIMC_LIBC(pthread_setcancelstate);
#endif
}
#undef SLIMC_LIBC
#undef SLIMC_TEXT
#undef SLIMC_TEXT_OF
#endif

namespace {

class Team;

// While it lives, pthread_cancel of the calling thread waits: a thread that ended inside of a
// barrier would leave the others there for ever. Android has no cancellation.
class Uncancelled {
#if !defined(SLIMC_NO_THREADS) && !defined(__ANDROID__)
 public:
  Uncancelled() { slimc_pthread_setcancelstate(disable, &before_); }
  Uncancelled(const Uncancelled&) = delete;
  Uncancelled& operator=(const Uncancelled&) = delete;
  ~Uncancelled() { slimc_pthread_setcancelstate(before_, nullptr); }

 private:
#if defined(__APPLE__)
  static constexpr int disable = 0;
#else
  static constexpr int disable = 1;
#endif
  int before_;
#endif
};

// What the team knows of one worker: a cache line in the caller's memory.
struct alignas(64) Seat {
  Team* team;
  int worker;
  int patience;  // rounds to spin at the next barrier
  uintptr_t thread;
  // How many tasks of its share are taken, by whomever: (round of the stage) << 16 | count. A count
  // of another round is one of an earlier stage, and means 0; so nobody has to set it back, not
  // even an owner who comes late to the stage.
  uint32_t taken;
};

// Calls body(context, 0 .. count-1), each once, and returns when all are done.
using ParallelFor = void (*)(void* user, int count, void (*body)(void* context, int index),
                             void* context);

class Team {
 public:
  // A run: all of it that one worker does, with the same barriers for every worker, the last of
  // them at its end; or, with a parallel-for, the whole of it (worker 0).
  using Work = void (*)(void* instance, int worker);

  // `most` seats: the most workers that there will be. Starts nothing.
  void init(int most, Seat* seats, Work work, void* instance) {
    most_ = most;
    seats_ = seats;
    work_ = work;
    instance_ = instance;
    next_ = {most, nullptr, nullptr};
    changed_ = true;
    threads_ = 0;
    parallel_for_ = nullptr;
  }

  int most() const { return most_; }

  // For the runs to come.
  void set_size(int size) {
    changed_ = changed_ || size != next_.size;
    next_.size = size;
  }
  void set_parallel_for(ParallelFor parallel_for, void* user) {
    changed_ = true;
    next_.parallel_for = parallel_for;
    next_.user = user;
  }

  // False if the system has no more threads; nothing was run then, and those that did start are
  // gone again. Another run may have more luck.
  bool run() {
    [[maybe_unused]] const Uncancelled uncancelled;
    if ((changed_ || is_copy()) && !prepare()) return false;
    if (threads_ > 0) barrier(0);
    work_(instance_, 0);
    return true;
  }

  // Ends the threads. The next run starts them anew.
  void stop() {
    [[maybe_unused]] const Uncancelled uncancelled;
    if (is_copy()) {
      forget();
    } else if (threads_ > 0) {
      leave(threads_);
    }
    threads_ = 0;
    changed_ = true;
  }

  // Of the run that is going on.
  int size() const { return size_; }
  ParallelFor parallel_for() const { return parallel_for_; }
  void* parallel_for_user() const { return parallel_for_user_; }

  // The number of barriers that all workers have passed. Stays the same while one of them is on its
  // way to the next.
  uint32_t round() const { return __atomic_load_n(&round_, __ATOMIC_RELAXED); }

  // In place of a barrier, where a parallel-for has brought all workers together.
  void next_round() { __atomic_store_n(&round_, round() + 1, __ATOMIC_RELAXED); }

  // Takes a task of the share of worker `of`, which has `count` of them; -1 when all are taken. The
  // order of memory is the barriers' business.
  int take(int of, uint32_t round, int count) {
    uint32_t* taken = &seats_[of].taken;
    const uint32_t tag = round << 16;
    uint32_t seen = __atomic_load_n(taken, __ATOMIC_RELAXED);
    for (;;) {
      const uint32_t before = (seen & ~uint32_t{0xffff}) == tag ? seen & 0xffff : 0;
      if (before >= static_cast<uint32_t>(count)) return -1;
      if (__atomic_compare_exchange_n(taken, &seen, tag | (before + 1), true, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
        return static_cast<int>(before);
      }
    }
  }

#ifdef SLIMC_NO_THREADS
  void barrier(int) {}
#else
  // Returns when all workers have called it; what they wrote before is visible to all then.
  void barrier(int worker) {
    if (size_ == 1) return;
    const uint32_t round = __atomic_load_n(&round_, __ATOMIC_RELAXED);
    if (__atomic_add_fetch(&arrived_, 1u, __ATOMIC_ACQ_REL) == static_cast<uint32_t>(size_)) {
      __atomic_store_n(&arrived_, 0u, __ATOMIC_RELAXED);
      // Either this worker sees the sleeper's count, or the sleeper sees the new round: both sides
      // write one and then read the other, in the single order of sequential consistency.
      __atomic_store_n(&round_, round + 1, __ATOMIC_SEQ_CST);
      if (__atomic_load_n(&sleepers_, __ATOMIC_SEQ_CST) != 0) wake_sleepers();
      return;
    }
    Seat& seat = seats_[worker];
    for (int i = 0; i < seat.patience; ++i) {
      if (__atomic_load_n(&round_, __ATOMIC_ACQUIRE) != round) {
        if (seat.patience < max_patience) seat.patience *= 2;
        return;
      }
      pause();
    }
    // With more threads than cores the awaited one may need this core: wait less next time.
    if (seat.patience > min_patience) seat.patience /= 2;
    sleep_until_after(round);
  }
#endif

 private:
  static constexpr int min_patience = 64;
  static constexpr int max_patience = 4096;  // 50 to 150 microseconds

  // Makes the workers what the caller wants them to be. Whoever reads size_ and parallel_for_ has
  // been started after this, or is the caller: they never change under a thread.
  bool prepare() {
    stop();
    size_ = next_.size;
    parallel_for_ = next_.parallel_for;
    parallel_for_user_ = next_.user;
    round_ = 0;
    for (int i = 0; i < most_; ++i) seats_[i] = {this, i, max_patience, 0, 0};
    changed_ = parallel_for_ == nullptr && size_ > 1 && !start();
    return !changed_;
  }

#ifdef SLIMC_NO_THREADS
  bool is_copy() const { return false; }
  void leave(int) {}
  void forget() {}
  bool start() {
    size_ = 1;
    return true;
  }
#else
  // Whether this is the copy that a fork made, in a process that has none of the threads. What they
  // held or waited for there is made anew with them.
  bool is_copy() const { return threads_ > 0 && mark_.is_copy(); }

  bool start() {
    stopping_ = false;
    arrived_ = 0;
    sleepers_ = 0;
    slimc_pthread_mutex_init(mutex_, nullptr);
    slimc_pthread_cond_init(condition_, nullptr);
    mark_.set();
    const int started = start_threads();
    if (started == size_ - 1) {
      threads_ = started;
      return true;
    }
    // The missing ones are counted as arrived, so that the others leave through the usual door.
    __atomic_fetch_add(&arrived_, static_cast<uint32_t>(size_ - 1 - started), __ATOMIC_ACQ_REL);
    leave(started);
    return false;
  }

  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield" ::: "memory");
#endif
  }

  static void* thread_main(void* argument) {
    const Seat& seat = *static_cast<const Seat*>(argument);
    Team& team = *seat.team;
    for (;;) {
      team.barrier(seat.worker);
      if (team.stopping_) return nullptr;
      team.work_(team.instance_, seat.worker);
    }
  }

  // How many did start, at most size_ - 1. The application's signals stay with its own threads.
  int start_threads() {
#if defined(__linux__)
    constexpr int set_mask = 2;
#else
    constexpr int set_mask = 3;
#endif
    alignas(64) unsigned char all[128], before[128];
    slimc_sigfillset(all);
    slimc_pthread_sigmask(set_mask, all, before);
    int worker = 1;
    while (worker < size_ && slimc_pthread_create(&seats_[worker].thread, nullptr, thread_main,
                                                  &seats_[worker]) == 0) {
      ++worker;
    }
    slimc_pthread_sigmask(set_mask, before, nullptr);
    return worker - 1;
  }

  void leave(int threads) {
    stopping_ = true;
    barrier(0);
    for (int i = 1; i <= threads; ++i) slimc_pthread_join(seats_[i].thread, nullptr);
    slimc_pthread_cond_destroy(condition_);
    slimc_pthread_mutex_destroy(mutex_);
    mark_.clear();
  }

  // What is left of the parent's in the copy that a fork made.
  void forget() { mark_.clear(); }

  void sleep_until_after(uint32_t round) {
    slimc_pthread_mutex_lock(mutex_);
    __atomic_add_fetch(&sleepers_, 1u, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&round_, __ATOMIC_SEQ_CST) == round) {
      slimc_pthread_cond_wait(condition_, mutex_);
    }
    __atomic_sub_fetch(&sleepers_, 1u, __ATOMIC_SEQ_CST);
    slimc_pthread_mutex_unlock(mutex_);
  }

  void wake_sleepers() {
    // A sleeper holds the mutex from its last look at the round until it is woken by a broadcast.
    slimc_pthread_mutex_lock(mutex_);
    slimc_pthread_mutex_unlock(mutex_);
    slimc_pthread_cond_broadcast(condition_);
  }

  // Written at each barrier, each in a cache line of its own.
  alignas(64) uint32_t arrived_;
  alignas(64) uint32_t sleepers_;
  // Room for the C library's types, which take 24 to 64 bytes.
  alignas(64) unsigned char mutex_[64];
  alignas(64) unsigned char condition_[64];
  alignas(64) bool stopping_;
  ForkMark mark_;  // of the process in which the threads were started
#endif

  alignas(64) uint32_t round_;  // written at each barrier too
  // What the workers read.
  alignas(64) Seat* seats_;
  Work work_;
  void* instance_;
  ParallelFor parallel_for_;
  void* parallel_for_user_;
  int size_;
  // What the caller alone reads.
  bool changed_;  // what it wants is not what there is
  int most_;
  int threads_;  // that run, besides the caller
  struct {
    int size;
    ParallelFor parallel_for;
    void* user;
  } next_;
};

static_assert(sizeof(Seat) == 64);

// The tasks of a stage that one worker computes. They are counted in `computed`.
class Tasks {
 public:
  Tasks(Team& team, int worker, int tasks, int& computed)
      : team_(&team),
        computed_(&computed),
        round_(team.round()),
        tasks_(tasks),
        of_(worker),
        // A count has 16 bits. Stages of more tasks are shared out for good.
        shared_(team.size() > 1 && tasks <= 0xffff),
        left_(shared_ ? team.size() : 0),
        share_(share_of(tasks, worker, team.size())) {
    computed = 0;
  }

  // -1 when there is none left.
  int next() {
    const int task = take();
    if (task >= 0) ++*computed_;
    return task;
  }

 private:
  int take() {
    if (!shared_) return share_.first < share_.last ? share_.first++ : -1;
    for (;;) {
      const int task = team_->take(of_, round_, share_.last - share_.first);
      if (task >= 0) return share_.first + task;
      if (--left_ == 0) return -1;
      of_ = of_ + 1 < team_->size() ? of_ + 1 : 0;
      share_ = share_of(tasks_, of_, team_->size());
    }
  }

  Team* team_;
  int* computed_;
  uint32_t round_;
  int tasks_;
  int of_;  // whose share it is
  bool shared_;
  int left_;  // shares that have not been found empty
  Share share_;
};

}  // namespace
}  // namespace slimc
