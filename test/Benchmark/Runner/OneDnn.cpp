//===- OneDnn.cpp - The peer oneDNN, layer by layer -----------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// A layer is an object with
//   op      "matmul": m, n, k, batch (without it a layer, with it a product of
//           two activations, which has no bias); or
//           "conv": h, w, ic, oc, kh, kw, stride [y, x], pad [top, left,
//           bottom, right], groups (ic for depthwise)
//   type    "int8" (u8 by s8 per output channel, s32 bias, u8 out) or "f32"
//   relu    true or false: of an f32 layer; codes saturate at 0 by themselves
//   repeat  how many such layers there are (1)
// oneDNN chooses every layout itself; weights are reordered before the clock
// runs.
#include "Contestant.h"

#ifdef QUANTC_HAVE_ONEDNN
#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>
#endif

using namespace llvm;

namespace quantc::benchmark {

#ifndef QUANTC_HAVE_ONEDNN

std::string oneDnnVersion() { return ""; }

Made makeOneDnn(const json::Object &) {
  return make_error<Absent>("built without oneDNN (Debian: libdnnl-dev)");
}

#else

namespace {

using dnnl::memory;
using Type = memory::data_type;

/// A primitive with its memory, ready to execute.
struct Layer {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};

int64_t get(const json::Object &spec, StringRef key, int64_t otherwise) {
  return spec.getInteger(key).value_or(otherwise);
}

memory::dims getList(const json::Object &spec, StringRef key,
                     memory::dims otherwise) {
  const json::Array *list = spec.getArray(key);
  if (!list)
    return otherwise;
  memory::dims values;
  for (const json::Value &value : *list)
    values.push_back(value.getAsInteger().value_or(0));
  return values;
}

class OneDnn : public Contestant {
public:
  OneDnn() : engine(dnnl::engine::kind::cpu, 0), stream(engine) {
    // One thread: the pool of the library's OpenMP would wait by spinning.
    if (auto set = reinterpret_cast<void (*)(int)>(
            dlsym(RTLD_DEFAULT, "omp_set_num_threads")))
      set(1);
  }

  void add(const json::Object &spec) {
    bool codes = spec.getString("type").value_or("int8") == "int8";
    Layer layer = spec.getString("op").value_or("") == "matmul"
                      ? makeMatmul(spec, codes)
                      : makeConvolution(spec, codes);
    for (int64_t i = 0, e = get(spec, "repeat", 1); i < e; ++i)
      layers.push_back(layer);
  }

  void run() override {
    for (const Layer &layer : layers)
      layer.primitive.execute(stream, layer.arguments);
    stream.wait();
  }

private:
  /// Any layout; s8 weights and s32 bias beside codes.
  memory::desc any(const memory::dims &dims, Type type) const {
    return memory::desc(dims, type, memory::format_tag::any);
  }

  dnnl::primitive_attr attributes(const json::Object &spec, bool codes,
                                  int64_t channels, int64_t sum) const {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::library);
    if (codes) // Brings sums of `sum` products back into 8 bits.
      attributes.set_output_scales(
          1 << 1, std::vector<float>(static_cast<size_t>(channels),
                                     1.0f / static_cast<float>(64 * sum)));
    if (!codes && spec.getBoolean("relu").value_or(false)) {
      dnnl::post_ops after;
      after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
      attributes.set_post_ops(after);
    }
    return attributes;
  }

  memory fill(const memory::desc &desc) {
    memory filled(desc, engine);
    auto *bytes = static_cast<uint8_t *>(filled.get_data_handle());
    if (desc.data_type() == Type::f32)
      for (size_t i = 0, e = desc.get_size() / sizeof(float); i < e; ++i)
        reinterpret_cast<float *>(bytes)[i] =
            static_cast<float>(next() % 256) / 256.0f - 0.5f;
    else
      for (size_t i = 0, e = desc.get_size(); i < e; ++i)
        bytes[i] = static_cast<uint8_t>(next());
    return filled;
  }

  /// A linear congruential generator: values do not matter, but no zeros.
  uint32_t next() { return (state = state * 1664525u + 1013904223u) >> 16; }

  Layer makeMatmul(const json::Object &spec, bool codes) {
    int64_t m = get(spec, "m", 1), n = get(spec, "n", 1), k = get(spec, "k", 1);
    memory::desc x = any({m, k}, codes ? Type::u8 : Type::f32),
                 w = any({k, n}, codes ? Type::s8 : Type::f32),
                 y = any({m, n}, codes ? Type::u8 : Type::f32);
    if (int64_t batch = get(spec, "batch", 0))
      return makeProduct(batch, m, n, k, codes);
    memory::desc bias({1, n}, codes ? Type::s32 : Type::f32,
                      memory::format_tag::ab);
    dnnl::matmul::primitive_desc chosen({x, w, bias, y},
                                        attributes(spec, codes, n, k), engine);
    return finish(chosen, dnnl::matmul(chosen));
  }

  /// Neither operand can be reordered before the clock runs. Codes have one
  /// scale, and zero points that cost nothing.
  Layer makeProduct(int64_t batch, int64_t m, int64_t n, int64_t k,
                    bool codes) {
    auto rows = [&](const memory::dims &dims, Type type) {
      return memory::desc(dims, codes ? type : Type::f32,
                          memory::format_tag::abc);
    };
    dnnl::primitive_attr options;
    options.set_scratchpad_mode(dnnl::scratchpad_mode::library);
    if (codes)
      options.set_output_scales(0, {1.0f / static_cast<float>(64 * k)});
    dnnl::matmul::primitive_desc chosen({rows({batch, m, k}, Type::u8),
                                         rows({batch, k, n}, Type::s8),
                                         rows({batch, m, n}, Type::u8)},
                                        options, engine);
    return finish(chosen, dnnl::matmul(chosen));
  }

  Layer makeConvolution(const json::Object &spec, bool codes) {
    int64_t ic = get(spec, "ic", 1), oc = get(spec, "oc", 1),
            groups = get(spec, "groups", 1), kh = get(spec, "kh", 1),
            kw = get(spec, "kw", 1), h = get(spec, "h", 1),
            w = get(spec, "w", 1);
    memory::dims stride = getList(spec, "stride", {1, 1}),
                 pad = getList(spec, "pad", {0, 0, 0, 0});
    int64_t oh = (h + pad[0] + pad[2] - kh) / stride[0] + 1,
            ow = (w + pad[1] + pad[3] - kw) / stride[1] + 1;
    memory::dims weights =
        groups == 1 ? memory::dims{oc, ic, kh, kw}
                    : memory::dims{groups, oc / groups, ic / groups, kh, kw};
    dnnl::convolution_forward::desc desc(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
        any({1, ic, h, w}, codes ? Type::u8 : Type::f32),
        any(weights, codes ? Type::s8 : Type::f32),
        any({oc}, codes ? Type::s32 : Type::f32),
        any({1, oc, oh, ow}, codes ? Type::u8 : Type::f32), stride,
        {pad[0], pad[1]}, {pad[2], pad[3]});
    dnnl::convolution_forward::primitive_desc chosen(
        desc, attributes(spec, codes, oc, ic / groups * kh * kw), engine);
    return finish(chosen, dnnl::convolution_forward(chosen));
  }

  template <typename Chosen>
  Layer finish(const Chosen &chosen, dnnl::primitive primitive) {
    Layer layer{primitive,
                {{DNNL_ARG_SRC, fill(chosen.src_desc())},
                 {DNNL_ARG_WEIGHTS, fill(chosen.weights_desc())},
                 {DNNL_ARG_DST, fill(chosen.dst_desc())}}};
    if (memory::desc bias = chosen.bias_desc(); bias.get_size() != 0)
      layer.arguments.emplace(DNNL_ARG_BIAS, fill(bias));
    return layer;
  }

  dnnl::engine engine;
  dnnl::stream stream;
  std::vector<Layer> layers;
  uint32_t state = 1;
};

} // namespace

std::string oneDnnVersion() {
  const dnnl_version_t *version = dnnl::version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) +
         "." + std::to_string(version->patch);
}

Made makeOneDnn(const json::Object &spec) {
  const json::Array *layers = spec.getArray("layers");
  if (!layers || layers->empty())
    return createStringError("expects layers for oneDNN");
  try {
    auto oneDnn = std::make_unique<OneDnn>();
    for (const json::Value &layer : *layers)
      if (const json::Object *object = layer.getAsObject())
        oneDnn->add(*object);
    return oneDnn;
  } catch (const dnnl::error &error) {
    return createStringError("oneDNN: " + Twine(error.what()));
  }
}

#endif // QUANTC_HAVE_ONEDNN

} // namespace quantc::benchmark
