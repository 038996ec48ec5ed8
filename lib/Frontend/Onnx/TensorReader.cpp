//===- TensorReader.cpp - From a tensor in the file to a constant ---------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "TensorReader.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace quantc::onnx;

Type quantc::onnx::elementTypeOf(int32_t dataType, MLIRContext *context) {
  Builder builder(context);
  auto unsignedType = [&](unsigned width) {
    return IntegerType::get(context, width, IntegerType::Unsigned);
  };
  switch (static_cast<DataType>(dataType)) {
  case DataType::Float:
    return builder.getF32Type();
  case DataType::Double:
    return builder.getF64Type();
  case DataType::Float16:
    return builder.getF16Type();
  case DataType::Bfloat16:
    return builder.getBF16Type();
  case DataType::Bool:
    return builder.getI1Type();
  case DataType::Int8:
    return builder.getI8Type();
  case DataType::Int16:
    return builder.getI16Type();
  case DataType::Int32:
    return builder.getI32Type();
  case DataType::Int64:
    return builder.getI64Type();
  case DataType::Uint8:
    return unsignedType(8);
  case DataType::Uint16:
    return unsignedType(16);
  case DataType::Uint32:
    return unsignedType(32);
  case DataType::Uint64:
    return unsignedType(64);
  case DataType::Uint4:
    return unsignedType(4);
  case DataType::Uint2:
    return unsignedType(2);
  case DataType::Int4:
    return builder.getIntegerType(4);
  case DataType::Int2:
    return builder.getIntegerType(2);
  case DataType::Float8E4M3FN:
    return Float8E4M3FNType::get(context);
  case DataType::Float8E4M3FNUZ:
    return Float8E4M3FNUZType::get(context);
  case DataType::Float8E5M2:
    return Float8E5M2Type::get(context);
  case DataType::Float8E5M2FNUZ:
    return Float8E5M2FNUZType::get(context);
  case DataType::Float8E8M0:
    return Float8E8M0FNUType::get(context);
  case DataType::Float4E2M1:
    return Float4E2M1FNType::get(context);
  default:
    return nullptr;
  }
}

namespace {

template <typename... Args>
llvm::Error fail(const char *format, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format,
                                 std::forward<Args>(args)...);
}

} // namespace

llvm::Expected<HostTensor> TensorReader::readStrings(const Tensor &tensor) {
  llvm::Expected<llvm::ArrayRef<llvm::StringRef>> texts = stringsOf(tensor);
  if (!texts)
    return texts.takeError();
  HostTensor result = HostTensor::zeros(stringType(context), tensor.dims);
  for (auto [i, text] : llvm::enumerate(*texts))
    result.set(int64_t(i), int64_t(strings.add(text)));
  return result;
}

llvm::Expected<HostTensor> TensorReader::read(const Tensor &tensor) {
  if (DataType(tensor.dataType) == DataType::String)
    return readStrings(tensor);
  Type element = elementTypeOf(tensor.dataType, context);
  if (!element)
    return fail("has element type %s, which cannot be imported",
                dataTypeName(tensor.dataType).str().c_str());
  std::optional<llvm::StringRef> outside;
  std::shared_ptr<const void> keeper = modelFile;
  if (tensor.isExternal) {
    llvm::Expected<uint64_t> size = fileBytesOf(tensor);
    if (!size)
      return size.takeError();
    File file;
    llvm::Expected<llvm::StringRef> external =
        readExternal(tensor, *size, file);
    if (!external)
      return external.takeError();
    outside = *external;
    keeper = file;
  }
  llvm::Expected<TensorElements> elements = elementsOf(tensor, outside);
  if (!elements)
    return elements.takeError();
  return HostTensor(element, tensor.dims, elements->bytes, elements->owner,
                    keeper);
}

llvm::Expected<llvm::StringRef>
TensorReader::readExternal(const Tensor &tensor, uint64_t size, File &file) {
  llvm::StringRef location;
  uint64_t offset = 0, length = size;
  for (auto [key, value] : tensor.external) {
    if (key == "location")
      location = value;
    bool isNumber = key == "offset" || key == "length";
    if (isNumber && value.getAsInteger(10, key == "offset" ? offset : length))
      return fail("has external data whose %s is no number: '%s'",
                  key.str().c_str(), value.str().c_str());
  }
  if (llvm::Error error = open(location).moveInto(file))
    return std::move(error);
  llvm::StringRef bytes = file->getBuffer();
  if (offset > bytes.size() || length > bytes.size() - offset)
    return fail("expects bytes %llu to %llu of '%s', but that file has %zu",
                (unsigned long long)offset,
                (unsigned long long)(offset + length), location.str().c_str(),
                bytes.size());
  return bytes.substr(offset, length);
}

llvm::Expected<TensorReader::File>
TensorReader::open(llvm::StringRef location) {
  std::string name = location.str();
  if (const File &open = files[name])
    return open;
  if (folder.empty())
    return fail("has external data, which needs a model that is read from a "
                "file");
  // The name is the model's, so it must not reach out of the model's folder.
  bool isInside = !name.empty() && !llvm::sys::path::is_absolute(name) &&
                  name.find('\0') == std::string::npos;
  for (auto part = llvm::sys::path::begin(name);
       part != llvm::sys::path::end(name); ++part)
    isInside &= *part != "..";
  llvm::SmallString<128> path(folder), realFolder, realPath;
  llvm::sys::path::append(path, name);
  if (!isInside)
    return fail("has external data at '%s', which is not inside the model's "
                "folder",
                name.c_str());
  if (std::error_code code = llvm::sys::fs::real_path(path, realPath))
    return fail("has external data in '%s', which cannot be opened: %s",
                path.c_str(), code.message().c_str());
  if (std::error_code code = llvm::sys::fs::real_path(folder, realFolder))
    return fail("cannot find the folder '%s': %s", folder.c_str(),
                code.message().c_str());
  if (!llvm::StringRef(realFolder).ends_with("/"))
    realFolder += '/';
  if (!llvm::StringRef(realPath).starts_with(realFolder))
    return fail("has external data at '%s', which is a link to outside the "
                "model's folder",
                name.c_str());
  // Not a device or a pipe either, which might never end.
  if (!llvm::sys::fs::is_regular_file(realPath))
    return fail("has external data in '%s', which is not a file", path.c_str());
  auto buffer = llvm::MemoryBuffer::getFile(realPath, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail("has external data in '%s', which cannot be opened: %s",
                path.c_str(), buffer.getError().message().c_str());
  return files[name] = std::move(*buffer);
}
