//===- quant-bench.cpp - Times contestants in turn, one process -----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   quant-bench JOB.json     measures one job; JSON on standard output
//   quant-bench --machine    the limits of this machine
//
// A job is {"contestants": [...], "cores": [N...], "rounds": N, "slice_ms": T,
// "cold": bool}; Contestant.h says what a contestant is, Rounds.h how they take
// turns. The answer has "rounds", and in "skipped" a reason for each peer that
// is not there.
#include "Contestant.h"
#include "Machine.h"
#include "Rounds.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <fstream>
#include <memory>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

using namespace llvm;
using namespace quantc::benchmark;

/// On these cores from here on, threads and processes of the peers included,
/// and before other work. What could not be had is said in the answer.
static json::Object settle(const json::Array *cores) {
  json::Object settled;
  if (cores) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const json::Value &core : *cores)
      CPU_SET(static_cast<size_t>(core.getAsInteger().value_or(0)), &set);
    settled["pinned"] = sched_setaffinity(0, sizeof set, &set) == 0;
  }
  // Needs a privilege; without it other work interrupts more often. The kernel
  // weighs sessions before it weighs processes, so this is one of its own.
  setsid();
  settled["priority"] = setpriority(PRIO_PROCESS, 0, -20) == 0;
  std::ofstream("/proc/self/autogroup") << "-20";
  return settled;
}

static Protocol readProtocol(const json::Object &job) {
  Protocol protocol;
  protocol.rounds = job.getInteger("rounds").value_or(protocol.rounds);
  protocol.most = 3 * protocol.rounds;
  if (std::optional<double> milliseconds = job.getNumber("slice_ms"))
    protocol.slice = *milliseconds * 1e-3;
  protocol.cold = job.getBoolean("cold").value_or(false);
  return protocol;
}

static Expected<json::Object> measure(const json::Object &job) {
  json::Object answer{{"settled", settle(job.getArray("cores"))}};
  std::vector<std::unique_ptr<Contestant>> contestants;
  json::Object skipped;
  const json::Array *specs = job.getArray("contestants");
  if (!specs)
    return createStringError("expects contestants");
  for (const json::Value &value : *specs) {
    const json::Object *spec = value.getAsObject();
    if (!spec)
      return createStringError("expects an object for each contestant");
    Made made = makeContestant(*spec);
    if (made) {
      contestants.push_back(std::move(*made));
      continue;
    }
    std::string name = spec->getString("name").value_or("?").str();
    Error rest = handleErrors(made.takeError(), [&](const Absent &absent) {
      skipped[name] = absent.message();
    });
    if (rest)
      return createStringError(name + ": " + toString(std::move(rest)));
  }
  Expected<json::Array> rounds = measureRounds(contestants, readProtocol(job));
  if (!rounds)
    return rounds.takeError();
  answer["skipped"] = std::move(skipped);
  answer["rounds"] = std::move(*rounds);
  return answer;
}

static Expected<json::Object> answer(StringRef argument) {
  if (argument == "--machine") {
    json::Object settled = settle(nullptr);
    json::Object machine = describeMachine();
    machine["onednn"] = oneDnnVersion();
    return machine;
  }
  auto text = MemoryBuffer::getFileOrSTDIN(argument);
  if (!text)
    return createStringError(argument + ": " + text.getError().message());
  Expected<json::Value> job = json::parse((*text)->getBuffer());
  if (!job)
    return job.takeError();
  const json::Object *object = job->getAsObject();
  if (!object)
    return createStringError(argument + ": expects an object");
  return measure(*object);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  if (argc != 2) {
    errs() << "usage: quant-bench JOB.json | --machine\n";
    return 2;
  }
  Expected<json::Object> result = answer(argv[1]);
  if (!result) {
    errs() << "quant-bench: " << toString(result.takeError()) << "\n";
    return 1;
  }
  outs() << json::Value(std::move(*result)) << "\n";
  return 0;
}
