//===- GraphInputs.cpp - Names and static shapes of a graph's inputs ------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "GraphInputs.h"

#include "TensorReader.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace quantc;
using namespace quantc::onnx;

namespace {

/// What messages propose for a dimension that can be anything.
constexpr int64_t kLikelySize = 128;

/// Values of the names that stand for dimensions ("batch", "N").
using Parameters = llvm::StringMap<int64_t>;

bool isOpen(const Dimension &dimension) {
  return !dimension.value || *dimension.value < 0;
}

/// Numbers of the model must agree with the shape that the user gives; open
/// dimensions take it, and so do others of the same name.
LogicalResult applyGivenShape(ImportState &state, const ValueInfo &input,
                              llvm::ArrayRef<int64_t> given,
                              Parameters &parameters) {
  if (input.shape && input.shape->size() != given.size())
    return state.error() << "input '" << input.name << "' has "
                         << input.shape->size()
                         << " dimensions, but --shape gives " << given.size();
  for (auto [d, dim] : llvm::enumerate(given)) {
    if (dim < 1)
      return state.error() << "expects positive dimensions for input '"
                           << input.name << "', but --shape gives " << dim;
    if (!input.shape)
      continue;
    const Dimension &declared = (*input.shape)[d];
    bool isBatch = d == 0 && declared.value == 1;
    if (!isOpen(declared) && *declared.value != dim && !isBatch)
      return state.error() << "input '" << input.name << "' has "
                           << *declared.value << " in dimension " << d
                           << ", but --shape gives " << dim;
    if (!isOpen(declared) || declared.parameter.empty())
      continue;
    int64_t known =
        parameters.try_emplace(declared.parameter, dim).first->second;
    if (known != dim)
      return state.error() << "input '" << input.name << "' has '"
                           << declared.parameter << "' in dimension " << d
                           << ", which is " << known << ", but --shape gives "
                           << dim;
  }
  return success();
}

/// The leading dimension where nothing else fixes it.
std::optional<int64_t> batchOf(const Dimension &dimension,
                               const OnnxImportOptions &options) {
  if (isOpen(dimension))
    return options.batch.value_or(1);
  if (*dimension.value == 1 && options.batch)
    return options.batch;
  return std::nullopt;
}

FailureOr<Shape> resolveShape(ImportState &state, const ValueInfo &input,
                              const OnnxImportOptions &options,
                              const Parameters &parameters) {
  auto given = options.shapes.find(input.name.str());
  if (given != options.shapes.end())
    return Shape(given->second.begin(), given->second.end());
  if (!input.shape) {
    state.error() << "input '" << input.name
                  << "' has no shape; give one, as in --shape " << input.name
                  << "=1x3x224x224";
    return failure();
  }
  Shape shape;
  for (auto [d, dimension] : llvm::enumerate(*input.shape)) {
    auto named = parameters.find(dimension.parameter);
    std::optional<int64_t> batch;
    if (d == 0)
      batch = batchOf(dimension, options);
    if (isOpen(dimension) && !dimension.parameter.empty() &&
        named != parameters.end()) {
      shape.push_back(named->second);
    } else if (batch) {
      shape.push_back(*batch);
    } else if (!isOpen(dimension)) {
      shape.push_back(*dimension.value);
    } else {
      return failure(); // reportOpenDimensions has said so.
    }
  }
  return shape;
}

/// Names every dimension that nothing fixes, with options that would.
LogicalResult reportOpenDimensions(ImportState &state,
                                   llvm::ArrayRef<InputTensor> inputs,
                                   const OnnxImportOptions &options,
                                   const Parameters &parameters) {
  llvm::SmallVector<std::string> found, shapes;
  llvm::SetVector<llvm::StringRef> names;
  for (const InputTensor &input : inputs) {
    if (!input.shape || options.shapes.count(input.name.str()) ||
        state.find(input.name))
      continue;
    bool isNamed = true;
    std::string shape;
    for (auto [d, dimension] : llvm::enumerate(*input.shape)) {
      bool open =
          isOpen(dimension) && d > 0 && !parameters.count(dimension.parameter);
      bool leads = d == 0 && isOpen(dimension);
      shape += (d ? "x" : "") +
               std::to_string(open    ? kLikelySize
                              : leads ? options.batch.value_or(1)
                              : isOpen(dimension)
                                  ? parameters.lookup(dimension.parameter)
                                  : *dimension.value);
      if (!open)
        continue;
      std::string text = "input '" + input.name.str() +
                         "' has dynamic dimension " + std::to_string(d);
      if (dimension.parameter.empty())
        isNamed = false;
      else if (names.insert(dimension.parameter); true)
        text += " ('" + dimension.parameter.str() + "')";
      found.push_back(text);
    }
    if (!isNamed)
      shapes.push_back(" --shape " + input.name.str() + "=" + shape);
  }
  if (found.empty())
    return success();
  InFlightDiagnostic error = state.error() << llvm::join(found, ", ")
                                           << "; give sizes, as in";
  if (!names.empty())
    error << " --dim ";
  llvm::interleave(
      names, error,
      [&](llvm::StringRef name) { error << name << "=" << kLikelySize; }, ",");
  return error << llvm::join(shapes, "");
}

/// Every name of --dim has to be one of the model's.
LogicalResult checkDims(ImportState &state, llvm::ArrayRef<InputTensor> inputs,
                        const OnnxImportOptions &options) {
  llvm::SetVector<llvm::StringRef> known;
  for (const InputTensor &input : inputs)
    if (input.shape && !state.find(input.name))
      for (const Dimension &dimension : *input.shape)
        if (isOpen(dimension) && !dimension.parameter.empty())
          known.insert(dimension.parameter);
  for (const auto &[name, size] : options.dims) {
    if (known.contains(name))
      continue;
    InFlightDiagnostic error = state.error()
                               << "--dim names '" << name << "', but ";
    if (known.empty())
      return error << "no open dimension of the model has a name";
    error << "the model's open dimensions are";
    for (llvm::StringRef other : known)
      error << " '" << other << "'";
    return error;
  }
  return success();
}

LogicalResult checkOptions(ImportState &state,
                           llvm::ArrayRef<InputTensor> inputs,
                           const OnnxImportOptions &options) {
  if (options.batch && *options.batch < 1)
    return state.error() << "expects --batch of 1 or more, but got "
                         << *options.batch;
  for (const auto &entry : options.shapes) {
    llvm::StringRef name = entry.first;
    auto isNamed = [&](const ValueInfo &input) { return input.name == name; };
    if (llvm::any_of(inputs, isNamed) && !state.find(name))
      continue;
    InFlightDiagnostic error = state.error() << "--shape names '" << name
                                             << "', but the model's inputs are";
    for (const InputTensor &input : inputs)
      if (!state.find(input.name))
        error << " '" << input.name << "'";
    return error;
  }
  return success();
}

/// Strings are known while importing, or not at all.
LogicalResult rejectStrings(ImportState &state,
                            llvm::ArrayRef<InputTensor> inputs,
                            const OnnxImportOptions &options) {
  std::vector<std::string> found;
  for (const InputTensor &input : inputs)
    if (input.isTensor && DataType(input.dataType) == DataType::String &&
        !state.find(input.name))
      found.push_back(input.name.str());
  if (found.empty())
    return success();
  InFlightDiagnostic error =
      state.error() << "input '" << llvm::join(found, "', '")
                    << "' is a tensor of strings, which are computed with "
                       "while importing only; fix what it holds, as in --value "
                    << found.front()
                    << "=monday,tuesday, or run the operators on strings "
                       "before the model";
  if (options.wanted)
    *options.wanted = std::move(found);
  return error;
}

} // namespace

FailureOr<std::vector<GraphInput>>
quantc::onnx::resolveInputs(ImportState &state,
                            llvm::ArrayRef<InputTensor> inputs,
                            const OnnxImportOptions &options) {
  if (failed(rejectStrings(state, inputs, options)) ||
      failed(checkOptions(state, inputs, options)) ||
      failed(checkDims(state, inputs, options)))
    return failure();
  Parameters parameters;
  for (const auto &[name, size] : options.dims)
    parameters[name] = size;
  for (const InputTensor &input : inputs) {
    auto given = options.shapes.find(input.name.str());
    if (given != options.shapes.end() &&
        failed(applyGivenShape(state, input, given->second, parameters)))
      return failure();
  }
  // A name that stands for a batch does so in other places too.
  for (const InputTensor &input : inputs)
    if (input.shape && !input.shape->empty() && isOpen(input.shape->front()) &&
        !input.shape->front().parameter.empty())
      parameters.try_emplace(input.shape->front().parameter,
                             options.batch.value_or(1));
  if (failed(reportOpenDimensions(state, inputs, options, parameters)))
    return failure();
  std::vector<GraphInput> resolved;
  llvm::StringMap<bool> seen;
  for (const InputTensor &input : inputs) {
    if (state.find(input.name))
      continue;
    if (input.name.empty() || !seen.try_emplace(input.name, true).second) {
      state.error() << "expects input names that differ, but got '"
                    << input.name << "' twice or empty";
      return failure();
    }
    Type element =
        input.isTensor ? elementTypeOf(input.dataType, state.context) : Type();
    if (!element) {
      state.error() << "expects input '" << input.name
                    << "' to be a tensor of numbers, but got "
                    << (input.isTensor ? dataTypeName(input.dataType)
                                       : "another kind of value");
      return failure();
    }
    FailureOr<Shape> shape = resolveShape(state, input, options, parameters);
    if (failed(shape))
      return failure();
    std::optional<int64_t> count = countElements(*shape);
    if (!count || shape->size() > 16) {
      state.error() << "expects input '" << input.name
                    << "' to have at most 2^31 elements in at most 16 "
                       "dimensions, but got shape "
                    << shapeText(*shape);
      return failure();
    }
    resolved.push_back({input.name, element, *shape});
  }
  return resolved;
}

std::string quantc::parseShapeOption(llvm::StringRef text,
                                     OnnxImportOptions &options) {
  auto [name, list] = text.rsplit('=');
  llvm::SmallVector<llvm::StringRef> parts;
  list.split(parts, 'x');
  llvm::SmallVector<int64_t> shape;
  for (llvm::StringRef part : parts) {
    int64_t dim;
    if (part.getAsInteger(10, dim) || dim < 1)
      return "expects --shape NAME=1x3x224x224, but got '" + text.str() + "'";
    shape.push_back(dim);
  }
  if (name.empty())
    return "expects --shape NAME=1x3x224x224, but got '" + text.str() + "'";
  options.shapes[name.str()] = shape;
  return "";
}

/// "a=1,b=2" into `numbers`, all of them at least `least`.
static std::string parseNumbers(llvm::StringRef option, llvm::StringRef text,
                                int64_t least,
                                std::map<std::string, int64_t> &numbers) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',');
  for (llvm::StringRef part : parts) {
    auto [name, number] = part.rsplit('=');
    int64_t size;
    if (name.empty() || number.getAsInteger(10, size) || size < least)
      return ("expects " + option + " NAME=N[,NAME=N...], but got '" + text +
              "'")
          .str();
    numbers[name.str()] = size;
  }
  return "";
}

std::string quantc::parseDimOption(llvm::StringRef text,
                                   OnnxImportOptions &options) {
  return parseNumbers("--dim", text, 1, options.dims);
}

std::string quantc::parseLengthOption(llvm::StringRef text,
                                      OnnxImportOptions &options) {
  return parseNumbers("--length", text, 0, options.lengths);
}
