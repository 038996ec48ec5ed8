//===- Rounds.cpp - Contestants take turns --------------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Rounds.h"

#include "Machine.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace llvm;

namespace quantc::benchmark {

namespace {

constexpr double kProbeSeconds = 0.0005;

/// Runs until a slice is long enough, which also warms up; the count for it.
Expected<int64_t> runsInSlice(Contestant &contestant, double slice) {
  int64_t count = 1;
  while (true) {
    Expected<Slice> taken = contestant.measure(count, nullptr);
    if (!taken)
      return taken.takeError();
    double seconds = taken->cpu * static_cast<double>(count);
    if (seconds >= slice / 2)
      return std::max<int64_t>(1, std::llround(slice / taken->cpu));
    count *= 2;
  }
}

class Rounds {
public:
  Rounds(ArrayRef<std::unique_ptr<Contestant>> contestants,
         const Protocol &protocol)
      : contestants(contestants), protocol(protocol) {}

  Error prepare() {
    for (const std::unique_ptr<Contestant> &contestant : contestants) {
      Expected<int64_t> count = runsInSlice(*contestant, protocol.slice);
      if (!count)
        return count.takeError();
      // A cold run is timed by itself; a few of them make up for the clock.
      counts.push_back(protocol.cold ? std::min<int64_t>(*count, 3) : *count);
    }
    return Error::success();
  }

  Expected<json::Object> measureOne() {
    json::Object cpu, wall;
    for (const std::unique_ptr<Contestant> &contestant : contestants) {
      cpu[contestant->name] = json::Array();
      wall[contestant->name] = json::Array();
    }
    double before = int8Peak(kProbeSeconds);
    for (int turn = 0; turn < 2; ++turn)
      for (size_t i = 0; i < contestants.size(); ++i) {
        Expected<Slice> slice = contestants[i]->measure(
            counts[i], protocol.cold ? evictCaches : nullptr);
        if (!slice)
          return slice.takeError();
        cpu[contestants[i]->name].getAsArray()->push_back(slice->cpu);
        wall[contestants[i]->name].getAsArray()->push_back(slice->wall);
      }
    double after = int8Peak(kProbeSeconds);
    bool quiet = std::abs(before - after) <=
                 protocol.tolerance * std::max(before, after);
    return json::Object{{"probe", json::Array{before, after}},
                        {"quiet", quiet},
                        {"cpu", std::move(cpu)},
                        {"wall", std::move(wall)}};
  }

private:
  ArrayRef<std::unique_ptr<Contestant>> contestants;
  const Protocol &protocol;
  std::vector<int64_t> counts;
};

} // namespace

Expected<json::Array>
measureRounds(ArrayRef<std::unique_ptr<Contestant>> contestants,
              const Protocol &protocol) {
  Rounds rounds(contestants, protocol);
  if (Error error = rounds.prepare())
    return error;
  json::Array all;
  int64_t quiet = 0;
  while (quiet < protocol.rounds &&
         static_cast<int64_t>(all.size()) < protocol.most) {
    Expected<json::Object> round = rounds.measureOne();
    if (!round)
      return round.takeError();
    quiet += round->getBoolean("quiet").value_or(false);
    all.push_back(std::move(*round));
  }
  return all;
}

} // namespace quantc::benchmark
