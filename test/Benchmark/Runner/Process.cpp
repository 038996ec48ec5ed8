//===- Process.cpp - A peer in a process of its own -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Contestant.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace llvm;

namespace quantc::benchmark {

namespace {

class Process : public Contestant {
public:
  ~Process() override {
    if (requests)
      fclose(requests); // The end of its input ends the peer.
    if (answers)
      fclose(answers);
    if (child > 0)
      waitpid(child, nullptr, 0);
  }

  Error start(std::vector<std::string> words) {
    int down[2], up[2];
    // A peer that kept another's end open would keep it from ending.
    if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
      return createStringError("expects two pipes for a process");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, down[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, up[1], STDOUT_FILENO);
    std::vector<char *> arguments;
    for (std::string &word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int failed = posix_spawnp(&child, arguments[0], &actions, nullptr,
                              arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(down[0]);
    close(up[1]);
    std::signal(SIGPIPE, SIG_IGN); // A peer that ended shows in its answer.
    requests = fdopen(down[1], "w");
    answers = fdopen(up[0], "r");
    if (failed)
      return make_error<Absent>("'" + words[0] + "' does not start");
    // The peer answers once by itself, as soon as it is ready.
    Expected<double> ready = answer();
    return ready ? Error::success() : ready.takeError();
  }

  void run() override { cantFail(request(1).takeError()); }

  Expected<Slice> measure(int64_t count, void (*evict)()) override {
    double sum = 0;
    int64_t pieces = evict ? count : 1, runs = evict ? 1 : count;
    for (int64_t piece = 0; piece < pieces; ++piece) {
      if (evict)
        evict();
      else if (Expected<double> warm = request(1); !warm)
        return warm.takeError();
      Expected<double> seconds = request(runs);
      if (!seconds)
        return seconds.takeError();
      sum += *seconds;
    }
    double mean = sum / static_cast<double>(pieces);
    return Slice{mean, mean};
  }

private:
  /// Seconds of one of `runs` runs.
  Expected<double> request(int64_t runs) {
    fprintf(requests, "%lld\n", static_cast<long long>(runs));
    fflush(requests);
    return answer();
  }

  /// One line: seconds, or "SKIP reason".
  Expected<double> answer() {
    char line[1024];
    if (!fgets(line, sizeof line, answers))
      return make_error<Absent>("the process ended without an answer");
    StringRef text = StringRef(line).trim();
    double seconds = 0;
    if (text.consume_front("SKIP"))
      return make_error<Absent>(text.trim().str());
    if (text.getAsDouble(seconds))
      return createStringError("expects seconds from the process, but got '" +
                               text + "'");
    return seconds;
  }

  pid_t child = 0;
  FILE *requests = nullptr, *answers = nullptr;
};

} // namespace

Made makeProcess(const json::Object &spec) {
  std::vector<std::string> words;
  if (const json::Array *command = spec.getArray("command"))
    for (const json::Value &word : *command)
      words.push_back(word.getAsString().value_or("").str());
  if (words.empty())
    return createStringError("expects the command of a process");
  auto process = std::make_unique<Process>();
  if (Error error = process->start(std::move(words)))
    return error;
  return process;
}

} // namespace quantc::benchmark
