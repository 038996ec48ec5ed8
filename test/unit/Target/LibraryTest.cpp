//===- LibraryTest.cpp - What shared libraries may call -------------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "quantc/Target/Object.h"
#include "quantc/Target/SharedLibrary.h"
#include "llvm/Object/Archive.h"
#include "llvm/Support/Program.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace quantc;

static std::unique_ptr<llvm::MemoryBuffer> compile(StringRef text) {
  MLIRContext context;
  context.loadDialect<LLVM::LLVMDialect>();
  auto module = parseSourceString<ModuleOp>(text, &context);
  EXPECT_TRUE(module);
  return llvm::cantFail(compileObject(*module));
}

static std::string callerOf(StringRef name) {
  return ("llvm.func @" + name + "(f32) -> f32\n" +
          "llvm.func @f(%x: f32) -> f32 {\n" + "%y = llvm.call @" + name +
          "(%x) : (f32) -> f32\n" + "llvm.return %y : f32 }")
      .str();
}

TEST(SharedLibrary, RefusesUnknownFunctions) {
  auto object = compile(callerOf("quantc_observe"));
  auto library = linkSharedLibrary(object->getMemBufferRef());
  EXPECT_EQ(
      llvm::toString(library.takeError()),
      "cannot make a shared library: the code calls 'quantc_observe', which "
      "neither libc nor libm has; observers are for calibration only, and "
      "other functions have to be linked in");
}

TEST(SharedLibrary, BringsLibmAlong) {
  auto object = compile(callerOf("tanhf"));
  auto library = linkSharedLibrary(object->getMemBufferRef());
  ASSERT_TRUE(static_cast<bool>(library))
      << llvm::toString(library.takeError());
  EXPECT_TRUE((*library)->getBuffer().contains("libm.so.6"));
}

TEST(SharedLibrary, ObjectsMayCallEachOther) {
  auto caller = compile(callerOf("helper"));
  auto helper = compile("llvm.func @helper(%x: f32) -> f32 { llvm.return %x : "
                        "f32 }");
  auto library =
      linkSharedLibrary({caller->getMemBufferRef(), helper->getMemBufferRef()});
  EXPECT_TRUE(static_cast<bool>(library))
      << llvm::toString(library.takeError());
}

TEST(SharedLibrary, NamesTheLinkerThatIsMissing) {
  auto object = compile(callerOf("tanhf"));
  SharedLibraryOptions options;
  options.linker = "no-such-linker";
  auto library = linkSharedLibrary(object->getMemBufferRef(), options);
  EXPECT_EQ(llvm::toString(library.takeError()),
            "cannot find the linker 'no-such-linker'");
}

TEST(SharedLibrary, RepeatsWhatTheLinkerSays) {
  auto object = compile("llvm.func @f() { llvm.return }");
  // The same symbol twice.
  auto library =
      linkSharedLibrary({object->getMemBufferRef(), object->getMemBufferRef()});
  std::string message = llvm::toString(library.takeError());
  EXPECT_NE(message.find("duplicate symbol: f"), std::string::npos) << message;
}

TEST(SharedLibrary, RefusesWhatIsNoObject) {
  llvm::MemoryBufferRef garbage("garbage", "garbage.o");
  std::string message = llvm::toString(linkSharedLibrary(garbage).takeError());
  EXPECT_NE(message.find("cannot read the object file 'garbage.o'"),
            std::string::npos)
      << message;
}

TEST(SharedLibrary, GnuLdWillDo) {
  if (!llvm::sys::findProgramByName("ld.bfd"))
    GTEST_SKIP() << "no GNU ld here";
  auto object = compile(callerOf("tanhf"));
  SharedLibraryOptions options;
  options.linker = "ld.bfd";
  options.soname = "libf.so";
  auto library = linkSharedLibrary(object->getMemBufferRef(), options);
  ASSERT_TRUE(static_cast<bool>(library))
      << llvm::toString(library.takeError());
  EXPECT_TRUE((*library)->getBuffer().contains("libf.so"));
}

TEST(SharedLibrary, SonameIsRecorded) {
  auto object = compile("llvm.func @f() { llvm.return }");
  SharedLibraryOptions options;
  options.soname = "libresnet8.so";
  auto library =
      llvm::cantFail(linkSharedLibrary(object->getMemBufferRef(), options));
  EXPECT_TRUE(library->getBuffer().contains("libresnet8.so"));
}

TEST(Archive, HoldsTheObjectUnderItsName) {
  auto object = compile("llvm.func @f() { llvm.return }");
  auto bytes = llvm::cantFail(makeArchive(object->getMemBufferRef()));
  auto archive =
      llvm::cantFail(llvm::object::Archive::create(bytes->getMemBufferRef()));
  EXPECT_TRUE(archive->hasSymbolTable());
  auto member = llvm::cantFail(archive->findSym("f"));
  ASSERT_TRUE(member.has_value());
  EXPECT_EQ(llvm::cantFail(member->getName()), "model.o");
}
