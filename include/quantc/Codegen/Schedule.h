//===- Schedule.h - Ways to cut the loops of a kernel -----------*- C++ -*-===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef QUANTC_CODEGEN_SCHEDULE_H
#define QUANTC_CODEGEN_SCHEDULE_H

#include "quantc/Codegen/Level.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"
#include <string>
#include <vector>

namespace quantc::codegen {

/// The numbers of the attribute `schedule` of kernels.
using Schedule = std::vector<int64_t>;

/// By `scheduleKey`.
using ScheduleTable = llvm::StringMap<Schedule>;

/// Whether an op is of a kind that schedules are for.
bool hasSchedules(mlir::Operation *op);

/// All that the best schedule of a kernel depends on, in readable form: kind,
/// types, shapes, strides and the level.
std::string scheduleKey(mlir::Operation *kernel, const Level &level);

/// Whether the kernel's result, and the registers of the level, have room for
/// the schedule.
bool fits(mlir::Operation *kernel, const Level &level,
          llvm::ArrayRef<int64_t> schedule);

/// Schedules that may be better than the default, those that are estimated to
/// be fast first.
std::vector<Schedule> candidateSchedules(mlir::Operation *kernel,
                                         const Level &level);

} // namespace quantc::codegen

#endif // QUANTC_CODEGEN_SCHEDULE_H
