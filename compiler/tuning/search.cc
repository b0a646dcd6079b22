#include "compiler/tuning/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "schedules/tiling/candidates.h"
#include "schedules/tiling/knobs.h"
#include "support/check.h"
#include "support/run_jobs.h"

namespace slimc {
namespace {

// FNV-1a: the same everywhere, unlike std::hash.
std::uint32_t hash(std::uint32_t seed, const std::string& text) {
  std::uint32_t h = 2166136261u ^ seed;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
  return h;
}

std::size_t differing_knobs(const Tiling& a, const Tiling& b) {
  return static_cast<std::size_t>(
      std::count_if(knobs().begin(), knobs().end(),
                    [&](const Knob& knob) { return knob.get(a) != knob.get(b); }));
}

double geometric_mean(const std::vector<RecordTime>& times) {
  double sum = 0;
  for (const RecordTime& time : times) sum += std::log(time.min_us);
  return std::exp(sum / static_cast<double>(times.size()));
}

// Everything that is known of one distinct stage.
struct StageSearch {
  std::mt19937 random;
  std::set<std::string> tried;  // measured, failed or under way: the knobs that matter, as text
  std::optional<Tiling> best;
};

// What a round has measured of one distinct stage in one variant: the mean over the places in the
// network where it stands.
struct Sample {
  StageShape shape;
  std::int64_t in_padded_c = 1;
  Tiling tiling;
  std::vector<RecordTime> times;
  double compile_seconds = 0;
};

using Samples = std::map<std::string, Sample>;  // by stage_key()

Samples samples_of(const Variant& variant, const VariantTimes& times) {
  Samples samples;
  std::map<std::string, int> places;
  for (std::size_t i = 0; i < variant.stages().size(); ++i) {
    const ScheduledStage& stage = variant.stages()[i];
    const std::string key = stage_key(stage.shape);
    const auto [at, is_new] =
        samples.emplace(key, Sample{stage.shape, stage.in_padded_c, stage.tiling, times.stages[i],
                                    variant.compile_seconds(i)});
    ++places[key];
    // The same stage behind others can have been given another tiling; the first counts.
    if (is_new) continue;
    for (std::size_t t = 0; t < at->second.times.size(); ++t) {
      at->second.times[t].min_us += times.stages[i][t].min_us;
      at->second.times[t].median_us += times.stages[i][t].median_us;
    }
  }
  for (auto& [key, sample] : samples) {
    for (RecordTime& time : sample.times) {
      time.min_us /= places[key];
      time.median_us /= places[key];
    }
  }
  return samples;
}

// A stage that a schedule is asked of.
struct Place {
  const StageShape& shape;
  std::int64_t in_padded_c;
};

class AskingSource final : public ScheduleSource {
 public:
  using ChooseTiling = std::function<Tiling(const Place&)>;
  using ChooseFuse = std::function<bool(const StageShape&)>;
  AskingSource(ChooseTiling tiling, ChooseFuse fuse)
      : tiling_(std::move(tiling)), fuse_(std::move(fuse)) {}
  std::optional<Tiling> tiling(const StageShape& stage, std::int64_t in_padded_c) override {
    return tiling_({stage, in_padded_c});
  }
  std::optional<bool> fuse(const StageShape& block) override { return fuse_(block); }

 private:
  ChooseTiling tiling_;
  ChooseFuse fuse_;
};

class Search {
 public:
  Search(const std::vector<Bench*>& networks, const std::vector<ScheduleRecord>& known,
         const SearchOptions& options, Reporter& reporter)
      : options_(options), reporter_(reporter), networks_(networks) {
    for (const ScheduleRecord& record : known) {
      const ScheduleRecord& o = options_.origin;
      if (record.target == o.target && record.cpu == o.cpu && record.cores == o.cores &&
          record.slimc == o.slimc) {
        records_.push_back(record);
        learn(record);
      }
    }
    choose_best();
  }

  Result<SearchResult> run() {
    while (!over()) {
      bool proposed = false;
      for (Bench* network : networks_) {
        if (over()) break;
        SLIMC_ASSIGN(const bool some, round(*network));
        proposed = proposed || some;
      }
      if (!proposed && !over()) {
        result_.exhausted = true;
        break;
      }
    }
    for (Bench* network : networks_) {
      if (interrupted()) break;
      SLIMC_TRY(finish(*network));
    }
    result_.interrupted = interrupted();
    return std::move(result_);
  }

 private:
  // A variant that is to be compiled: what its stages are, and what to do if one cannot be.
  struct Proposal {
    Schedule schedule;
    std::map<std::string, bool> fuse;  // by stage_key() of blocks
    std::unique_ptr<Variant> variant;
    Diagnostics problems;
  };

  bool interrupted() const { return options_.interrupted && options_.interrupted(); }
  // A round that would end nearer to the budget than none is begun.
  bool over() const {
    return interrupted() || options_.seconds() + round_seconds_ / 2 >= budget_of_rounds();
  }
  // The end of the search, which compiles almost nothing, needs about as long as a round measures.
  double budget_of_rounds() const {
    return options_.budget_seconds -
           1.5 * measuring_seconds_ * static_cast<double>(networks_.size());
  }

  StageSearch& of(const StageShape& shape) {
    const std::string key = stage_key(shape);
    const auto [at, is_new] = stages_.try_emplace(key);
    if (is_new) at->second.random.seed(hash(options_.seed, key));
    return at->second;
  }

  void learn(const ScheduleRecord& record) {
    StageSearch& stage = of(record.stage);
    stage.tried.insert(to_string(record.tiling, record.stage.kind));
    known_.insert(stage_key(record.stage) + ": " + to_string(record.tiling, record.stage.kind));
    if (record.stage.kind == StageKind::DepthwisePointwise) {
      blocks_.emplace(stage_key(record.stage), record.stage);
    }
  }

  bool is_legal(const Place& place, const Tiling& tiling) const {
    return check_tiling(place.shape, place.in_padded_c, options_.traits, tiling).empty();
  }

  Tiling best_of(const Place& place) {
    const StageSearch& stage = of(place.shape);
    if (stage.best && is_legal(place, *stage.best)) return *stage.best;
    return choose_tiling(place.shape, place.in_padded_c, options_.traits);
  }

  bool best_fuse(const StageShape& block) const {
    const auto found = fuse_.find(stage_key(block));
    return found == fuse_.end() ? should_fuse(block, options_.traits) : found->second;
  }

  // One that was not tried, or nothing. Half of them differ from the best in one or two knobs.
  std::optional<Tiling> propose(const Place& place) {
    const StageShape& shape = place.shape;
    StageSearch& stage = of(shape);
    std::vector<Tiling> all = candidate_tilings(shape, place.in_padded_c, options_.traits);
    // The model's is measured in every round, beside all others.
    const Tiling model = all.front();
    const std::string models = to_string(model, shape.kind);
    const auto known = [&](const Tiling& t) {
      const std::string text = to_string(t, shape.kind);
      return text == models || stage.tried.count(text) != 0;
    };
    all.erase(std::remove_if(all.begin(), all.end(), known), all.end());
    const Tiling around = best_of(place);
    std::vector<Tiling> near = candidate_tilings(shape, place.in_padded_c, options_.traits, around);
    near.erase(std::remove_if(near.begin(), near.end(), known), near.end());
    std::vector<Tiling> nearest;
    for (const Tiling& t : near) {
      if (differing_knobs(t, around) <= 2) nearest.push_back(t);
    }
    const bool go_near = stage.random() % 2 == 0;
    const std::vector<Tiling>& from = go_near && !nearest.empty() ? nearest
                                      : !all.empty()              ? all
                                      : !nearest.empty()          ? nearest
                                                                  : near;
    if (from.empty()) return std::nullopt;
    const Tiling chosen = from[stage.random() % from.size()];
    stage.tried.insert(to_string(chosen, shape.kind));
    return chosen;
  }

  // Schedules a variant. `tiling` is asked for each distinct stage once.
  Result<Proposal> plan(Bench& network, const AskingSource::ChooseTiling& tiling,
                        const AskingSource::ChooseFuse& fuse) {
    Proposal proposal;
    std::map<std::pair<std::string, std::int64_t>, Tiling> chosen;
    AskingSource source(
        [&](const Place& place) {
          const auto key = std::pair(stage_key(place.shape), place.in_padded_c);
          const auto found = chosen.find(key);
          if (found != chosen.end()) return found->second;
          return chosen.emplace(key, tiling(place)).first->second;
        },
        [&](const StageShape& block) { return proposal.fuse[stage_key(block)] = fuse(block); });
    SLIMC_ASSIGN(proposal.schedule, network.schedule(&source));
    return proposal;
  }

  // All at once, each with its share of the jobs.
  void build(Bench& network, const std::vector<Proposal*>& proposals) {
    const int workers =
        std::clamp(options_.jobs, 1, std::max(1, static_cast<int>(proposals.size())));
    run_jobs(workers, proposals.size(), [&](std::size_t i) {
      if (interrupted()) return;
      Proposal& proposal = *proposals[i];
      auto built = network.build(proposal.schedule, std::max(1, options_.jobs / workers));
      if (built) {
        proposal.variant = std::move(*built);
      } else {
        proposal.problems = std::move(built).error();
      }
    });
  }

  // The stage whose kernel failed, or null where something else did.
  static ScheduledStage* failed_stage(Proposal& proposal) {
    for (const Diagnostic& problem : proposal.problems.list()) {
      for (ScheduledStage& stage : proposal.schedule.stages) {
        if (problem.subject.starts_with("stage '" + stage.name + "'") ||
            problem.subject.starts_with("stage '" + stage.name + " ("))
          return &stage;
      }
    }
    return nullptr;
  }

  // Like build(), but a candidate that cannot be compiled is written down and replaced by the best.
  Result<void> build_candidates(Bench& network, std::vector<Proposal>& proposals) {
    std::vector<Proposal*> to_build;
    for (Proposal& proposal : proposals) to_build.push_back(&proposal);
    while (!to_build.empty()) {
      build(network, to_build);
      if (interrupted()) return {};
      std::vector<Proposal*> again;
      for (Proposal* proposal : to_build) {
        if (proposal->variant) continue;
        ScheduledStage* broken = failed_stage(*proposal);
        if (broken == nullptr || broken->tiling == best_of({broken->shape, broken->in_padded_c})) {
          return Failure(std::move(proposal->problems));
        }
        ScheduleRecord record =
            record_of(broken->shape, broken->in_padded_c, broken->tiling, "search");
        record.failed = proposal->problems.list().front().message.substr(0, 200);
        reporter_.detail(fmt::format("{}: {} does not compile: {}", broken->name,
                                     to_string(broken->tiling, broken->shape.kind), record.failed));
        SLIMC_TRY(keep({record}));
        SLIMC_TRY(replan(network, *proposal, broken->shape));
        again.push_back(proposal);
      }
      to_build = std::move(again);
    }
    return {};
  }

  // Without the candidate of one stage.
  Result<void> replan(Bench& network, Proposal& proposal, const StageShape& without) {
    const std::vector<ScheduledStage> before = proposal.schedule.stages;
    const std::map<std::string, bool> fuse = proposal.fuse;
    const auto tiling = [&](const Place& place) {
      const std::string key = stage_key(place.shape);
      if (key != stage_key(without)) {
        for (const ScheduledStage& stage : before) {
          if (stage_key(stage.shape) == key && is_legal(place, stage.tiling)) return stage.tiling;
        }
      }
      return best_of(place);
    };
    SLIMC_ASSIGN(proposal, plan(network, tiling, [&](const StageShape& block) {
                   return fuse.at(stage_key(block));
                 }));
    return {};
  }

  ScheduleRecord record_of(const StageShape& shape, std::int64_t in_padded_c, const Tiling& tiling,
                           const std::string& scheduler) const {
    ScheduleRecord record = options_.origin;
    record.stage = shape;
    record.in_padded_c = in_padded_c;
    record.tiling = tiling;
    record.scheduler = scheduler;
    record.search_seconds = options_.seconds();
    return record;
  }

  ScheduleRecord record_of(const Sample& sample, const Samples& model) const {
    const auto found = model.find(stage_key(sample.shape));
    const bool is_model = found != model.end() && same(sample, found->second);
    ScheduleRecord record =
        record_of(sample.shape, sample.in_padded_c, sample.tiling, is_model ? "model" : "search");
    record.times = sample.times;
    for (std::size_t i = 0; i < record.times.size() && found != model.end(); ++i) {
      record.times[i].model_min_us = found->second.times[i].min_us;
    }
    record.compile_seconds = sample.compile_seconds;
    return record;
  }

  static bool same(const Sample& a, const Sample& b) {
    return to_string(a.tiling, a.shape.kind) == to_string(b.tiling, b.shape.kind);
  }

  Result<void> keep(const std::vector<ScheduleRecord>& records) {
    if (records.empty()) return {};
    SLIMC_TRY(options_.append(records));
    for (const ScheduleRecord& record : records) {
      records_.push_back(record);
      learn(record);
    }
    return {};
  }

  // Microseconds of each block of a variant, fused or not.
  static std::map<std::string, std::pair<double, bool>> block_scores(
      const std::vector<ScheduledStage>& stages, const VariantTimes& times) {
    std::map<std::string, std::pair<double, bool>> scores;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const ScheduledStage& stage = stages[i];
      std::vector<RecordTime> sum = times.stages[i];
      if (stage.fused_with != ScheduledStage::kAlone) {
        scores.emplace(stage_key(stage.shape), std::pair(geometric_mean(sum), true));
      } else if (stage.apart_from != ScheduledStage::kAlone) {
        const auto first = std::find_if(stages.begin(), stages.end(), [&](const ScheduledStage& s) {
          return s.stage == stage.apart_from;
        });
        SLIMC_CHECK(first != stages.end(), "a stage behind none");
        const auto at = static_cast<std::size_t>(first - stages.begin());
        for (std::size_t t = 0; t < sum.size(); ++t) sum[t].min_us += times.stages[at][t].min_us;
        scores.emplace(stage_key(block_of(first->shape, stage.shape)),
                       std::pair(geometric_mean(sum), false));
      }
    }
    return scores;
  }

  // The model's network or that of the best so far, to be compiled anew: where the loader puts a
  // library decides which of its pages share sets of the caches, and a stage that streams its
  // weights can take a fifth longer for nothing but that. So no library stays from round to round.
  Result<Proposal> plan_model(Bench& network) {
    return plan(
        network,
        [&](const Place& place) {
          return choose_tiling(place.shape, place.in_padded_c, options_.traits);
        },
        [&](const StageShape& block) { return should_fuse(block, options_.traits); });
  }
  Result<Proposal> plan_best(Bench& network) {
    return plan(
        network, [&](const Place& place) { return best_of(place); },
        [&](const StageShape& block) { return best_fuse(block); });
  }

  // Whether anything was proposed.
  Result<bool> round(Bench& network) {
    const double begin = options_.seconds();
    const std::string number = fmt::format("round {}", result_.rounds + 1);
    progress(network, "compiling " + number);
    std::vector<Proposal> proposals(2);
    SLIMC_ASSIGN(proposals[0], plan_model(network));
    for (const ScheduledStage& stage : proposals[0].schedule.stages) {
      in_models_.insert(stage_key(stage.shape));
    }
    SLIMC_ASSIGN(proposals[1], plan_best(network));
    for (int i = 0; i < options_.variants; ++i) {
      bool some = false;
      // The last of a round tries for each block whether one stage or two is better.
      const bool other_way = i > 0 && i == options_.variants - 1;
      const auto tiling = [&](const Place& place) {
        const auto proposed = first_or_propose(place);
        some = some || proposed.has_value();
        return proposed ? *proposed : best_of(place);
      };
      const auto fuse = [&](const StageShape& block) {
        return best_fuse(block) != (other_way && worth_other_way(block));
      };
      SLIMC_ASSIGN(Proposal proposal, plan(network, tiling, fuse));
      if (some) proposals.push_back(std::move(proposal));
    }
    if (proposals.size() == 2) return false;
    SLIMC_TRY(build_candidates(network, proposals));
    if (interrupted()) return false;

    const double compiled = options_.seconds();
    progress(network, "measuring " + number);
    SLIMC_ASSIGN(const std::vector<VariantTimes> times, time(network, proposals));
    SLIMC_TRY(judge(proposals, times));
    measuring_seconds_ = std::max(measuring_seconds_, options_.seconds() - compiled);
    round_seconds_ = options_.seconds() - begin;
    ++result_.rounds;
    reporter_.detail(fmt::format("{}: {} compiled {:.1f} s and measured {:.1f} s; best/model {}",
                                 network.name(), number, compiled - begin,
                                 options_.seconds() - compiled,
                                 ratios(times[1].network, times[0].network)));
    return true;
  }

  void progress(const Bench& network, const std::string& what) {
    reporter_.progress(network.name() + ": " + what, static_cast<int>(options_.seconds()),
                       static_cast<int>(options_.budget_seconds));
  }

  Result<std::vector<VariantTimes>> time(Bench& network,
                                         const std::vector<Proposal>& proposals) const {
    std::vector<const Variant*> variants;
    for (const Proposal& proposal : proposals) variants.push_back(proposal.variant.get());
    return network.time(variants, options_.threads);
  }

  static std::string ratios(const std::vector<RecordTime>& a, const std::vector<RecordTime>& b) {
    std::string text;
    for (std::size_t i = 0; i < a.size(); ++i) {
      text += fmt::format("{}{:.3f} ({} thread{})", i == 0 ? "" : ", ", a[i].min_us / b[i].min_us,
                          a[i].threads, a[i].threads == 1 ? "" : "s");
    }
    return text;
  }

  // The model's tiling is the first candidate where the model's network does not hold the stage: a
  // block that it does not take apart, or takes apart.
  std::optional<Tiling> first_or_propose(const Place& place) {
    const bool is_first = of(place.shape).tried.empty() && !in_models(place.shape);
    return is_first ? first(place) : propose(place);
  }

  Tiling first(const Place& place) {
    const Tiling model = choose_tiling(place.shape, place.in_padded_c, options_.traits);
    of(place.shape).tried.insert(to_string(model, place.shape.kind));
    return model;
  }

  bool in_models(const StageShape& shape) const { return in_models_.count(stage_key(shape)) != 0; }

  // Until the other way has shown to be a quarter slower with the best that is known of both.
  bool worth_other_way(const StageShape& block) const {
    const auto found = other_way_ratio_.find(stage_key(block));
    return found == other_way_ratio_.end() || found->second < 1.25;
  }

  // Writes down what was measured, and lets the best of all that is known win. The first variant is
  // the model's.
  Result<void> judge(const std::vector<Proposal>& proposals,
                     const std::vector<VariantTimes>& times) {
    const Samples model = samples_of(*proposals[0].variant, times[0]);
    // A tiling that several variants have is one measurement, and a better one.
    std::map<std::string, std::vector<Sample>> same_tiling;
    for (std::size_t i = 0; i < proposals.size(); ++i) {
      for (const auto& [key, sample] : samples_of(*proposals[i].variant, times[i])) {
        same_tiling[key + ": " + to_string(sample.tiling, sample.shape.kind)].push_back(sample);
      }
    }
    std::vector<ScheduleRecord> records;
    for (const auto& [name, samples] : same_tiling) {
      if (!known_.count(name)) ++result_.candidates;
      records.push_back(record_of(mean(samples), model));
    }
    SLIMC_TRY(keep(records));
    choose_best();
    for (std::size_t i = 1; i < proposals.size(); ++i) {
      learn_other_way(proposals[1].variant->stages(), times[1], proposals[i].variant->stages(),
                      times[i]);
    }
    return {};
  }

  static Sample mean(const std::vector<Sample>& samples) {
    Sample mean = samples[0];
    for (std::size_t t = 0; t < mean.times.size(); ++t) {
      RecordTime& time = mean.times[t];
      time.min_us = time.median_us = 0;
      for (const Sample& sample : samples) {
        time.min_us += sample.times[t].min_us / static_cast<double>(samples.size());
        time.median_us += sample.times[t].median_us / static_cast<double>(samples.size());
      }
    }
    return mean;
  }

  void choose_best() {
    const BestTilings best(records_, options_.origin.target);
    std::set<std::string> seen;
    for (const ScheduleRecord& record : records_) {
      const std::string key = stage_key(record.stage);
      if (!seen.insert(key).second) continue;
      const std::vector<ScoredTiling>& scored = best.of(record.stage);
      StageSearch& stage = of(record.stage);
      if (!scored.empty() && (!stage.best || !(*stage.best == scored.front().tiling))) {
        stage.best = scored.front().tiling;
        reporter_.detail(fmt::format("{}: {:.2f} us with {}", key, scored.front().score,
                                     to_string(*stage.best, record.stage.kind)));
      }
    }
    for (const auto& [key, block] : blocks_) {
      const std::optional<bool> fuse = best.fuse(block);
      if (fuse) {
        fuse_[key] = *fuse;
      } else {
        fuse_.erase(key);
      }
    }
  }

  // How much slower the other way is.
  void learn_other_way(const std::vector<ScheduledStage>& best_stages,
                       const VariantTimes& best_times, const std::vector<ScheduledStage>& stages,
                       const VariantTimes& times) {
    const auto best = block_scores(best_stages, best_times);
    for (const auto& [key, score] : block_scores(stages, times)) {
      const auto so_far = best.find(key);
      if (so_far == best.end() || so_far->second.second == score.second) continue;
      const double ratio = score.first / so_far->second.first;
      const auto [at, is_new] = other_way_ratio_.emplace(key, ratio);
      if (!is_new) at->second = std::min(at->second, ratio);
    }
  }

  // The best few of each stage once more, beside each other and the model's: what was fast once by
  // chance falls back. Compiles no kernel. Then the best of all against the model's.
  Result<void> finish(Bench& network) {
    constexpr std::size_t kBest = 3;
    progress(network, "measuring the best again");
    {
      const BestTilings recorded(records_, options_.origin.target);
      std::vector<Proposal> proposals(1);
      SLIMC_ASSIGN(proposals[0], plan_model(network));
      for (std::size_t rank = 0; rank < kBest; ++rank) {
        const auto tiling = [&](const Place& place) {
          std::vector<Tiling> legal;
          for (const ScoredTiling& scored : recorded.of(place.shape)) {
            if (is_legal(place, scored.tiling)) legal.push_back(scored.tiling);
          }
          return legal.empty() ? best_of(place) : legal[std::min(rank, legal.size() - 1)];
        };
        const auto fuse = [&](const StageShape& block) { return best_fuse(block); };
        SLIMC_ASSIGN(Proposal proposal, plan(network, tiling, fuse));
        proposals.push_back(std::move(proposal));
      }
      SLIMC_TRY(build_candidates(network, proposals));
      if (interrupted()) return {};
      SLIMC_ASSIGN(const std::vector<VariantTimes> times, time(network, proposals));
      SLIMC_TRY(judge(proposals, times));
    }
    std::vector<Proposal> proposals(2);
    SLIMC_ASSIGN(proposals[0], plan_model(network));
    SLIMC_ASSIGN(proposals[1], plan_best(network));
    SLIMC_TRY(build_candidates(network, proposals));
    if (interrupted()) return {};
    SLIMC_ASSIGN(const std::vector<VariantTimes> times, time(network, proposals));
    report(network, proposals, times);
    return {};
  }

  void report(const Bench& network, const std::vector<Proposal>& proposals,
              const std::vector<VariantTimes>& times) {
    SearchedNetwork searched{.name = network.name()};
    searched.schedules = {compared("model", *proposals[0].variant, times[0]),
                          compared("tuned", *proposals[1].variant, times[1])};
    for (const Proposal& proposal : proposals) {
      for (const ScheduledStage& stage : proposal.schedule.stages) {
        searched.candidates[stage.name] = of(stage.shape).tried.size();
      }
    }
    result_.networks.push_back(std::move(searched));
  }

  const SearchOptions& options_;
  Reporter& reporter_;
  const std::vector<Bench*>& networks_;
  std::map<std::string, StageSearch> stages_;  // by stage_key()
  std::map<std::string, bool> fuse_;           // by stage_key() of blocks
  std::map<std::string, double> other_way_ratio_;
  std::vector<ScheduleRecord> records_;
  std::set<std::string> known_;               // stages with tilings that were measured
  std::set<std::string> in_models_;           // stages of the model's networks, by stage_key()
  std::map<std::string, StageShape> blocks_;  // all that were seen, by stage_key()
  double round_seconds_ = 0, measuring_seconds_ = 0;  // of the last round, of the longest
  SearchResult result_;
};

}  // namespace

Result<SearchResult> search(const std::vector<Bench*>& networks,
                            const std::vector<ScheduleRecord>& known, const SearchOptions& options,
                            Reporter& reporter) {
  return Search(networks, known, options, reporter).run();
}

}  // namespace slimc
