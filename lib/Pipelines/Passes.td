//===- Passes.td - Passes about stages ---------------------*- tablegen -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_PIPELINES_PASSES
#define QUANTC_PIPELINES_PASSES

include "mlir/Pass/PassBase.td"

def CheckEntry : Pass<"check-entry", "mlir::ModuleOp"> {
  let summary = "Refuse a module that is not one model with static shapes";
  let description = [{
    Expects one public `func.func` with a body, whose arguments and results are
    ranked tensors of static shape. The error names the functions or the
    argument that is wrong, and says what to do.
  }];
}

def NameBoundary : Pass<"name-boundary", "mlir::ModuleOp"> {
  let summary = "Give every argument and result of the model a name";
  let description = [{
    An argument without `quantc.name` gets "input<n>", a result "output<n>", so
    that samples can be matched by name whatever file the model came from.
  }];
}

def MarkStage : Pass<"mark-stage", "mlir::ModuleOp"> {
  let summary = "Write down which stage the module has reached";
  let description = [{
    Sets the module's attribute `quantc.stage`.
  }];
  let options = [Option<"stage", "stage", "std::string", [{""}],
                        "imported, calibrated, quantized or lowered">];
}

def ObserveSamples : Pass<"observe-samples", "mlir::ModuleOp"> {
  let summary = "Run the program over samples and fill its observers' ranges";
  let description = [{
    calib.observe site "s" -> calib.observe site "s" range [lo, hi]

    A copy of the module is compiled for this machine, in this process, with its
    observers as calls, and run over every sample. What they saw is kept in
    sketches of bounded size; the result does not depend on the order of the
    samples, on batches or on threads (`docs/Design/0002-calibration.md`).
  }];
  let options = [
    Option<"samples", "samples", "std::string", [{""}],
           "paths of samples, separated by commas">,
    Option<"calibration", "calibration", "std::string", [{"minmax"}],
           "minmax, moving, percentile:P or mse">,
    Option<"threads", "threads", "unsigned", "1", "threads that run samples">,
    Option<"quiet", "quiet", "bool", "false", "no progress">
  ];
}

def RunExpectations : Pass<"run-expectations", "mlir::ModuleOp"> {
  let summary = "Run a test program and report expectations that do not hold";
  let description = [{
    check.expect_eq(a, b) -> an error at its place, if a and b differ

    Compiles a copy of the module for this machine, in this process, and runs its
    public function, which takes and returns nothing. The module itself is left
    as it is. Fails if an expectation does not hold, or if there is none.
  }];
  let options = [
    Option<"level", "level", "std::string", [{""}],
           "CPU level, or reference; the best of this machine if empty">
  ];
}

def VerifyStage : Pass<"verify-stage", "mlir::ModuleOp"> {
  let summary = "Check the contract of a stage";
  let description = [{
    Changes nothing; fails with an error that names the op, the layer, and the
    pass that should have prevented the fault. The contracts are those of
    `docs/Design/0001-spine.md`:

    - every stage: `quantc.stage` says the stage; up to *quantized*, one public
      function with `quantc.name` on all arguments and results, and static
      shapes only;
    - *imported*: only `tosa`, `tensor`, `linalg`, `arith`, `math`, `func`, and
      `lowbit` and `quant` for codes that the model brings along; no op without a use; no batch norm or scaling next to constant weights;
      no transposition in front of an elementwise op, a
      concatenation or another transposition that it could pass; no zero padding
      in front of a convolution;
    - *calibrated*: the same dialects and `calib`; a range at every
      observer; site names differ; an observer or given codes in front of every
      contraction with constant weights;
    - *quantized*: no `calib`; scales positive, finite and normal in f32; zero
      points inside the storage range; activations of 8 bits; no
      dequantize(quantize(x)) without an integer op in between, but for the
      model's own;
    - *lowered*: only the LLVM dialect, and a function `quantc_run_<level>`.
  }];
  let options = [Option<"stage", "stage", "std::string", [{""}],
                        "imported, calibrated, quantized or lowered">];
}

#endif // QUANTC_PIPELINES_PASSES
