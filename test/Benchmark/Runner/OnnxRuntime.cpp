//===- OnnxRuntime.cpp - The peer ONNX Runtime, loaded at run time --------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The package that ships libonnxruntime.so to Node has no header. Its interface
// is one table of functions, to which releases only ever add at the end, so a
// function is its place in the table; those used here are in the first release.
#include "Contestant.h"

#include <dlfcn.h>
#include <vector>

using namespace llvm;

namespace quantc::benchmark {

namespace {

/// Places in the table OrtApi.
enum Place : unsigned {
  kGetErrorMessage = 2,
  kCreateEnv = 3,
  kCreateSession = 7,
  kRun = 9,
  kCreateSessionOptions = 10,
  kSetSessionGraphOptimizationLevel = 23,
  kSetIntraOpNumThreads = 24,
  kSetInterOpNumThreads = 25,
  kCreateTensorWithDataAsOrtValue = 49,
  kCreateCpuMemoryInfo = 69,
};

struct ApiBase {
  void *const *(*getApi)(uint32_t version);
  const char *(*getVersionString)();
};

constexpr uint32_t kFirstVersion = 1;
constexpr int kWarningsAndErrors = 3, kAllOptimizations = 99;
constexpr int kArenaAllocator = 1, kDefaultMemory = 0;

/// Opaque objects of ONNX Runtime; they live as long as this program.
using Handle = void *;

class Api {
public:
  explicit Api(void *const *table) : table(table) {}

  /// Calls the function at `place`; its status becomes an error.
  template <typename... Arguments>
  Error call(Place place, Arguments... arguments) const {
    auto function = reinterpret_cast<Handle (*)(Arguments...)>(table[place]);
    Handle status = function(arguments...);
    if (!status)
      return Error::success();
    auto message =
        reinterpret_cast<const char *(*)(Handle)>(table[kGetErrorMessage]);
    return createStringError("ONNX Runtime: " + Twine(message(status)));
  }

private:
  void *const *table;
};

/// ONNX's numbers of element types, and their bytes.
struct ElementType {
  StringRef name;
  int number;
  int64_t bytes;
};
constexpr ElementType kTypes[] = {{"f32", 1, 4}, {"u8", 2, 1},  {"i8", 3, 1},
                                  {"i32", 6, 4}, {"i64", 7, 8}, {"bool", 9, 1}};

class OnnxRuntime : public Contestant {
public:
  explicit OnnxRuntime(Api api) : api(api) {}

  Error open(const json::Object &spec) {
    Handle environment = nullptr, options = nullptr;
    int threads = static_cast<int>(spec.getInteger("threads").value_or(1));
    std::string model = spec.getString("model").value_or("").str();
    if (Error error =
            api.call(kCreateEnv, kWarningsAndErrors, "benchmark", &environment))
      return error;
    if (Error error = api.call(kCreateSessionOptions, &options))
      return error;
    if (Error error = api.call(kSetSessionGraphOptimizationLevel, options,
                               kAllOptimizations))
      return error;
    if (Error error = api.call(kSetIntraOpNumThreads, options, threads))
      return error;
    if (Error error = api.call(kSetInterOpNumThreads, options, 1))
      return error;
    return api.call(kCreateSession, environment, model.c_str(), options,
                    &session);
  }

  Error addInput(const json::Object &spec) {
    StringRef type = spec.getString("type").value_or("");
    auto *found =
        find_if(kTypes, [&](const ElementType &t) { return t.name == type; });
    const json::Array *sizes = spec.getArray("shape");
    if (found == std::end(kTypes) || !sizes)
      return createStringError("expects an input with type and shape");
    std::vector<int64_t> shape;
    int64_t bytes = found->bytes;
    for (const json::Value &size : *sizes)
      bytes *= shape.emplace_back(size.getAsInteger().value_or(1));
    Expected<Buffer> buffer =
        Buffer::make(bytes, spec.getString("file").value_or(""));
    if (!buffer)
      return buffer.takeError();
    Handle memory = nullptr, value = nullptr;
    if (Error error = api.call(kCreateCpuMemoryInfo, kArenaAllocator,
                               kDefaultMemory, &memory))
      return error;
    if (Error error =
            api.call(kCreateTensorWithDataAsOrtValue, memory, buffer->data(),
                     static_cast<size_t>(bytes), shape.data(), shape.size(),
                     found->number, &value))
      return error;
    buffers.push_back(std::move(*buffer));
    values.push_back(value);
    inputNames.push_back(spec.getString("name").value_or("").str());
    return Error::success();
  }

  void addOutput(StringRef name) { outputNames.push_back(name.str()); }

  /// The first run allocates the outputs, which later ones use again.
  Error prepare() {
    for (const std::string &name : inputNames)
      inputPointers.push_back(name.c_str());
    for (const std::string &name : outputNames)
      outputPointers.push_back(name.c_str());
    outputs.resize(outputNames.size());
    return runOnce();
  }

  void run() override {
    if (Error error = runOnce())
      report_fatal_error(std::move(error));
  }

private:
  Error runOnce() {
    return api.call(kRun, session, Handle(nullptr), inputPointers.data(),
                    values.data(), values.size(), outputPointers.data(),
                    outputPointers.size(), outputs.data());
  }

  Api api;
  Handle session = nullptr;
  std::vector<Buffer> buffers;
  std::vector<Handle> values, outputs;
  std::vector<std::string> inputNames, outputNames;
  std::vector<const char *> inputPointers, outputPointers;
};

} // namespace

Made makeOnnxRuntime(const json::Object &spec) {
  std::string path = spec.getString("runtime").value_or("").str();
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return make_error<Absent>(dlerror());
  auto getBase =
      reinterpret_cast<const ApiBase *(*)()>(dlsym(library, "OrtGetApiBase"));
  if (!getBase)
    return createStringError("'" + path + "': expects OrtGetApiBase");
  auto runtime =
      std::make_unique<OnnxRuntime>(Api(getBase()->getApi(kFirstVersion)));
  if (Error error = runtime->open(spec))
    return error;
  if (const json::Array *inputs = spec.getArray("inputs"))
    for (const json::Value &input : *inputs)
      if (const json::Object *object = input.getAsObject())
        if (Error error = runtime->addInput(*object))
          return error;
  if (const json::Array *outputs = spec.getArray("outputs"))
    for (const json::Value &output : *outputs)
      runtime->addOutput(output.getAsString().value_or(""));
  if (Error error = runtime->prepare())
    return error;
  return runtime;
}

} // namespace quantc::benchmark
