//===- onnxruntime.js - Run an ONNX model sample by sample ----------------===//
//
// Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// node onnxruntime.js MODEL LEVEL TYPE DIMS IN OUT
//
// IN holds samples of the only input, one after the other: TYPE (float32, int64)
// and DIMS ("1x3x32x32") say what each is. OUT gets the first output of each, as
// float32. LEVEL is how far ONNX Runtime optimizes: disabled, basic, all. Exits
// with 3 if there is no onnxruntime-node.
"use strict";
const fs = require("fs");

let ort;
try {
  ort = require("onnxruntime-node");
} catch (error) {
  process.stderr.write(String(error) + "\n");
  process.exit(3);
}

async function main([model, level, type, dimensions, input, output]) {
  const session = await ort.InferenceSession.create(
      model, {graphOptimizationLevel: level, intraOpNumThreads: 1});
  const shape = dimensions.split("x").map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = fs.readFileSync(input);
  const Elements = type === "int64" ? BigInt64Array : Float32Array;
  const all = new Elements(bytes.buffer, bytes.byteOffset,
                           bytes.length / Elements.BYTES_PER_ELEMENT);
  const results = [];
  for (let at = 0; at + count <= all.length; at += count) {
    const sample = new ort.Tensor(type, all.slice(at, at + count), shape);
    const answer = await session.run({[session.inputNames[0]]: sample});
    const data = answer[session.outputNames[0]].data;
    results.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }
  fs.writeFileSync(output, Buffer.concat(results));
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(String(error) + "\n");
  process.exit(1);
});
