//===- OnnxTestWorkers.cpp - A process for each conformance test ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A child is a copy of this process after LLVM and MLIR are ready, so that a
// test costs a fork and not a start. It writes its result to a pipe and ends;
// whatever else happens to it ends that test only.
#include "quantc/Support/Table.h"
#include "tools/quant-run/OnnxTest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace quantc;
using Clock = std::chrono::steady_clock;

/// Tests have a limit of processor time, so that the load of the machine does
/// not matter. A test that sleeps is ended after so many times that.
static constexpr int waits = 10;

/// Bytes of address space for a test, so that one that asks for ever more does
/// not take the others with it.
static constexpr rlim_t mostMemory = rlim_t(6) << 30;

namespace {

/// A test that runs.
struct Worker {
  size_t number; ///< Of the test.
  pid_t process;
  int result;   ///< Pipe that the child writes its result to.
  int messages; ///< Unnamed file with what the child and its libraries print.
  Clock::time_point deadline;
  std::string text;
  bool isTooLate = false;
};

} // namespace

/// What a child does, after which it is no more.
[[noreturn]] static void
runChild(const OnnxTest &test, unsigned timeout, int result, int messages,
         function_ref<OnnxTestResult(const OnnxTest &)> run) {
  rlimit none = {0, 0}, time = {timeout, timeout + 1},
         memory = {mostMemory, mostMemory};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_AS, &memory);
  dup2(messages, STDOUT_FILENO);
  dup2(messages, STDERR_FILENO);
  std::string text;
  raw_string_ostream(text) << toJson(run(test));
  for (size_t done = 0; done < text.size();) {
    ssize_t size = write(result, text.data() + done, text.size() - done);
    if (size <= 0)
      _exit(1);
    done += size_t(size);
  }
  // No destructors: the parent's state is not this process's to end.
  _exit(0);
}

/// The last line that a child printed.
static std::string lastLine(int messages) {
  char bytes[4096];
  off_t size = lseek(messages, 0, SEEK_END);
  off_t begin = std::max<off_t>(0, size - off_t(sizeof bytes));
  ssize_t got = pread(messages, bytes, sizeof bytes, begin);
  StringRef text(bytes, size_t(std::max<ssize_t>(got, 0)));
  return printableText(text.rtrim().rsplit('\n').second.empty()
                           ? text.rtrim()
                           : text.rtrim().rsplit('\n').second);
}

static OnnxTestResult crashed(const std::string &how, int messages) {
  OnnxTestResult result;
  result.kind = OnnxTestResult::Crashed;
  result.reason = how;
  if (std::string line = lastLine(messages); !line.empty())
    result.reason += ": " + line;
  return result;
}

/// The result of a child that has ended.
static OnnxTestResult collect(Worker &worker, unsigned timeout) {
  int status = 0;
  while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR)
    ;
  OnnxTestResult result;
  if (worker.isTooLate ||
      (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) {
    result.kind = OnnxTestResult::Timeout;
    result.reason =
        "takes more than " + std::to_string(timeout) + " s of processor time";
    return result;
  }
  if (WIFSIGNALED(status))
    return crashed("signal " + std::to_string(WTERMSIG(status)) + " (" +
                       strsignal(WTERMSIG(status)) + ")",
                   worker.messages);
  Expected<json::Value> value = json::parse(worker.text);
  json::Path::Root root;
  if (value && fromJson(*value, result, root))
    return result;
  if (!value)
    consumeError(value.takeError());
  return crashed("exit code " + std::to_string(WEXITSTATUS(status)),
                 worker.messages);
}

static Expected<Worker>
start(ArrayRef<OnnxTest> tests, size_t number, unsigned timeout,
      function_ref<OnnxTestResult(const OnnxTest &)> run) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return createStringError("cannot open a pipe: %s", strerror(errno));
  int messages = memfd_create("messages", MFD_CLOEXEC);
  outs().flush();
  errs().flush();
  pid_t process = messages < 0 ? -1 : fork();
  if (process < 0) {
    Error error =
        createStringError("cannot start a process: %s", strerror(errno));
    for (int file : {ends[0], ends[1], messages})
      close(file);
    return std::move(error);
  }
  if (process == 0)
    runChild(tests[number], timeout, ends[1], messages, run);
  close(ends[1]);
  return Worker{number,
                process,
                ends[0],
                messages,
                Clock::now() + waits * std::chrono::seconds(timeout),
                "",
                false};
}

/// Reads what came; false at the end.
static bool readSome(Worker &worker) {
  char bytes[65536];
  ssize_t size = read(worker.result, bytes, sizeof bytes);
  if (size > 0)
    worker.text.append(bytes, size_t(size));
  return size > 0 || (size < 0 && errno == EINTR);
}

/// Waits until a child says something or has to end; true for those that
/// ended.
static std::vector<bool> waitFor(MutableArrayRef<Worker> workers) {
  std::vector<pollfd> polls;
  auto now = Clock::now();
  int64_t wait = 1000;
  for (Worker &worker : workers) {
    polls.push_back({worker.result, POLLIN, 0});
    int64_t left = std::chrono::duration_cast<std::chrono::milliseconds>(
                       worker.deadline - now)
                       .count();
    wait = std::clamp<int64_t>(left, 0, wait);
  }
  poll(polls.data(), polls.size(), int(wait));
  std::vector<bool> ended;
  for (auto [worker, polled] : zip_equal(workers, polls)) {
    if (!worker.isTooLate && Clock::now() >= worker.deadline) {
      worker.isTooLate = true;
      kill(worker.process, SIGKILL);
    }
    ended.push_back(polled.revents != 0 && !readSome(worker));
  }
  return ended;
}

std::vector<OnnxTestResult>
quantc::runIsolated(ArrayRef<OnnxTest> tests, unsigned threads,
                    unsigned timeout,
                    function_ref<OnnxTestResult(const OnnxTest &)> run,
                    function_ref<void()> finished) {
  std::vector<OnnxTestResult> results(tests.size());
  std::vector<Worker> workers;
  size_t next = 0;
  while (next < tests.size() || !workers.empty()) {
    while (next < tests.size() && workers.size() < threads) {
      Expected<Worker> worker = start(tests, next, timeout, run);
      if (worker) {
        workers.push_back(std::move(*worker));
      } else {
        results[next].kind = OnnxTestResult::Crashed;
        results[next].reason = toString(worker.takeError());
        finished();
      }
      ++next;
    }
    std::vector<bool> ended = waitFor(workers);
    for (size_t i = workers.size(); i-- > 0;) {
      if (!ended[i])
        continue;
      results[workers[i].number] = collect(workers[i], timeout);
      close(workers[i].result);
      close(workers[i].messages);
      workers.erase(workers.begin() + ptrdiff_t(i));
      finished();
    }
  }
  return results;
}
