//===- Latency.cpp - How long one inference takes -------------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "quantc/Execution/Evaluate.h"
#include "quantc/Execution/Session.h"
#include "quantc/Support/Failure.h"
#include "llvm/ADT/STLExtras.h"
#include <chrono>
#include <cmath>
#include <optional>

#ifdef __linux__
#include <sched.h>
#endif

using namespace llvm;
using namespace quantc;

static constexpr int64_t fewestRuns = 30;
static constexpr int64_t mostRuns = 10000;
static constexpr double shortestMilliseconds = 500;

namespace {

/// Keeps this thread on the core that it is on.
class StayOnCore {
public:
  StayOnCore() {
#ifdef __linux__
    int core = sched_getcpu();
    pinned = core >= 0 && sched_getaffinity(0, sizeof(before), &before) == 0;
    if (!pinned)
      return;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(core, &only);
    pinned = sched_setaffinity(0, sizeof(only), &only) == 0;
#endif
  }
  ~StayOnCore() {
#ifdef __linux__
    if (pinned)
      sched_setaffinity(0, sizeof(before), &before);
#endif
  }

private:
#ifdef __linux__
  cpu_set_t before;
  bool pinned = false;
#endif
};

} // namespace

static double milliseconds() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Latency quantc::latencyOf(std::vector<double> times) {
  sort(times);
  auto at = [&](double part) {
    double place = part * double(times.size() - 1);
    size_t below = size_t(place);
    size_t above = std::min(below + 1, times.size() - 1);
    return times[below] +
           (place - double(below)) * (times[above] - times[below]);
  };
  return {at(0.5), at(0.1), at(0.9), int64_t(times.size())};
}

Expected<Latency> quantc::measureLatency(const Model &model,
                                         const SampleSet &samples,
                                         StringRef level, int64_t repeat,
                                         unsigned threads) {
  Expected<Session> session = Session::create(model, level);
  if (!session)
    return session.takeError();
  if (Error error = session->context.setThreads(threads))
    return std::move(error);

  std::optional<StayOnCore> stay;
  if (threads == 1)
    stay.emplace();
  auto once = [&](int64_t number) {
    samples.gather(number % samples.runs(), session->inputs.pointers());
    double start = milliseconds();
    session->run();
    return milliseconds() - start;
  };
  int64_t warmUp = repeat == 0 ? 5 : std::min<int64_t>(repeat, 5);
  for (int64_t i = 0; i < warmUp; ++i)
    once(i);
  std::vector<double> times;
  double end = milliseconds() + shortestMilliseconds;
  auto enough = [&] {
    int64_t runs = int64_t(times.size());
    if (repeat != 0)
      return runs >= repeat;
    return runs >= mostRuns || (runs >= fewestRuns && milliseconds() >= end);
  };
  do
    times.push_back(once(int64_t(times.size())));
  while (!enough());
  return latencyOf(std::move(times));
}
