//===- Ggml.cpp - The peer ggml of llama.cpp, loaded at run time ----------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The package that ships ggml to Node has no headers. Its functions are found
// by name; all that is assumed of its objects is where a tensor keeps its type
// and its buffer. Weights go to the layout that ggml has for this CPU, if it
// has one for their type, else stay as they are stored.
#include "Contestant.h"

#include "llvm/Support/FileSystem.h"

#include <dlfcn.h>
#include <random>
#include <vector>

using namespace llvm;

namespace quantc::benchmark {

namespace {

/// Opaque objects; they live as long as this program.
using Handle = void *;

struct Tensor {
  int type;
  Handle buffer;
};

struct Parameters {
  size_t bytes;
  void *memory;
  bool noData;
};

constexpr int kF32 = 0, kTypes = 64;

/// The functions of one library.
class Library {
public:
  Error open(const std::string &path) {
    handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
      return make_error<Absent>(dlerror());
    return Error::success();
  }

  template <typename Result, typename... Arguments>
  Result call(const char *name, Arguments... arguments) const {
    void *function = dlsym(handle, name);
    if (!function)
      report_fatal_error("ggml: expects a function " + Twine(name));
    return reinterpret_cast<Result (*)(Arguments...)>(function)(arguments...);
  }

private:
  void *handle = nullptr;
};

/// The library for the newest instructions that this CPU has, by its own
/// judgement.
Expected<Library> bestVariant(StringRef folder) {
  Library best;
  int bestScore = 0;
  std::error_code error;
  for (sys::fs::directory_iterator file(folder, error), end;
       file != end && !error; file.increment(error)) {
    if (StringRef(file->path()).find("libggml-cpu") == StringRef::npos)
      continue;
    Library variant;
    if (Error missing = variant.open(file->path()))
      return missing;
    if (int score = variant.call<int>("ggml_backend_score");
        score > bestScore) {
      bestScore = score;
      best = variant;
    }
  }
  if (bestScore == 0)
    return make_error<Absent>("'" + folder.str() +
                              "': no libggml-cpu for this CPU");
  return best;
}

class Ggml : public Contestant {
public:
  Ggml(Library base, Library processor)
      : base(base), registry(processor.call<Handle>("ggml_backend_init")),
        device(
            base.call<Handle>("ggml_backend_reg_dev_get", registry, size_t(0))),
        backend(base.call<Handle>("ggml_backend_dev_init", device,
                                  static_cast<const char *>(nullptr))) {
    reinterpret_cast<void (*)(Handle, int)>(find("ggml_backend_set_n_threads"))(
        backend, 1);
  }

  Error prepare(StringRef typeName, int64_t m, int64_t n, int64_t k) {
    int type = typeOf(typeName);
    if (type < 0)
      return make_error<Absent>("this ggml has no type " + typeName.str());
    Handle weightsContext = context(), others = context();
    Tensor *weights = matrix(weightsContext, type, k, n);
    Tensor *x = matrix(others, kF32, k, m);
    auto *y = base.call<Tensor *>("ggml_mul_mat", others, weights, x);
    graph = base.call<Handle>("ggml_new_graph", others);
    base.call<void>("ggml_build_forward_expand", graph, y);
    allocate(others, defaultBuffers());
    allocate(weightsContext, buffersFor(weights, y));
    fill(weights, type, n, k);
    std::vector<float> rows = randomReals(m * k);
    set(x, rows.data(), rows.size() * sizeof(float));
    return Error::success();
  }

  void run() override {
    if (base.call<int>("ggml_backend_graph_compute", backend, graph) != 0)
      report_fatal_error("ggml: a graph could not be computed");
  }

private:
  void *find(const char *name) const {
    void *found =
        base.call<void *>("ggml_backend_reg_get_proc_address", registry, name);
    if (!found)
      report_fatal_error("ggml: expects a function " + Twine(name));
    return found;
  }

  int typeOf(StringRef name) const {
    for (int type = 0; type < kTypes; ++type) {
      auto *found = base.call<const char *>("ggml_type_name", type);
      if (found && name == found)
        return type;
    }
    return -1;
  }

  /// For descriptions of tensors; what they hold is elsewhere.
  Handle context() const {
    return base.call<Handle>("ggml_init",
                             Parameters{size_t(1) << 20, nullptr, true});
  }

  Tensor *matrix(Handle context, int type, int64_t width,
                 int64_t height) const {
    return base.call<Tensor *>("ggml_new_tensor_2d", context, type, width,
                               height);
  }

  Handle defaultBuffers() const {
    return base.call<Handle>("ggml_backend_dev_buffer_type", device);
  }

  /// The kind of memory whose weights are laid out for this CPU, if `product`
  /// can then be computed.
  Handle buffersFor(Tensor *weights, Tensor *product) const {
    auto *kinds = reinterpret_cast<Handle *(*)(Handle)>(
        find("ggml_backend_dev_get_extra_bufts"))(device);
    for (; kinds && *kinds; ++kinds) {
      weights->buffer = base.call<Handle>("ggml_backend_buft_alloc_buffer",
                                          *kinds, size_t(0));
      bool fits =
          base.call<bool>("ggml_backend_dev_supports_op", device, product);
      weights->buffer = nullptr;
      if (fits)
        return *kinds;
    }
    return defaultBuffers();
  }

  void allocate(Handle context, Handle buffers) const {
    if (!base.call<Handle>("ggml_backend_alloc_ctx_tensors_from_buft", context,
                           buffers))
      report_fatal_error("ggml: no memory for tensors");
  }

  static std::vector<float> randomReals(int64_t count) {
    std::mt19937 generator(7);
    std::normal_distribution<float> normal;
    std::vector<float> reals(static_cast<size_t>(count));
    for (float &real : reals)
      real = normal(generator);
    return reals;
  }

  /// A few rows of weights again and again: to fit scales takes a while, and
  /// no time depends on them.
  void fill(Tensor *weights, int type, int64_t n, int64_t k) const {
    constexpr int64_t kRows = 16;
    std::vector<float> reals = randomReals(kRows * k);
    size_t row = base.call<size_t>("ggml_row_size", type, k);
    std::vector<char> codes(row * static_cast<size_t>(n));
    base.call<size_t>("ggml_quantize_chunk", type,
                      static_cast<const float *>(reals.data()),
                      static_cast<void *>(codes.data()), int64_t(0), kRows, k,
                      static_cast<const float *>(nullptr));
    for (size_t at = row * kRows; at < codes.size(); ++at)
      codes[at] = codes[at - row * kRows];
    set(weights, codes.data(), codes.size());
  }

  void set(Tensor *tensor, const void *data, size_t bytes) const {
    base.call<void>("ggml_backend_tensor_set", tensor, data, size_t(0), bytes);
  }

  Library base;
  Handle registry, device, backend, graph = nullptr;
};

} // namespace

Made makeGgml(const json::Object &spec) {
  std::string folder = spec.getString("libraries").value_or("").str();
  Library base;
  if (Error error = base.open(folder + "/libggml-base.so"))
    return error;
  Expected<Library> processor = bestVariant(folder);
  if (!processor)
    return processor.takeError();
  auto get = [&](StringRef key) { return spec.getInteger(key).value_or(1); };
  auto ggml = std::make_unique<Ggml>(base, *processor);
  if (Error error = ggml->prepare(spec.getString("type").value_or(""), get("m"),
                                  get("n"), get("k")))
    return error;
  return ggml;
}

} // namespace quantc::benchmark
