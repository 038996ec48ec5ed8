#===- sampling.py - Draws Resize, GridSample and their like --------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import numpy as np

from .contraction import image
from .graph import Rejected
from .registry import draws

TRANSFORMS = {"half_pixel": 11, "pytorch_half_pixel": 11, "asymmetric": 11, "align_corners": 11,
              "half_pixel_symmetric": 19, "tf_crop_and_resize": 11}


@draws("resize", weight=5)
def resize(g):
    x = image(g, rank=(3, 4))
    mode, transform = g.pick(["nearest", "linear", "cubic"]), g.pick(TRANSFORMS)
    if TRANSFORMS[transform] > g.opset:
        raise Rejected("not in this version")
    spatial = list(range(2, x.rank))
    if mode == "cubic" and len(spatial) != 2:
        raise Rejected("cubic is for images")
    axes = spatial if g.opset >= 18 and g.chance(0.4) else None
    attributes = {"mode": mode, "coordinate_transformation_mode": transform, "axes": axes}
    if mode == "nearest":
        attributes["nearest_mode"] = g.pick([None, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
    if mode == "cubic":
        attributes["cubic_coeff_a"] = g.pick([None, -0.5])
        attributes["exclude_outside"] = g.pick([None, 1])
    if g.opset >= 18 and mode != "nearest" and transform != "tf_crop_and_resize" and g.chance(0.3):
        attributes["antialias"] = 1
    roi = None
    if transform == "tf_crop_and_resize":
        # No element of the result lies halfway between two of the image.
        whole = 0 if axes else 2
        box = [0.0] * whole + [0.137, 0.211][:len(spatial)] + [1.0] * whole + [0.871, 0.704][:len(spatial)]
        roi = g.constant(np.array(box, np.float32))
        attributes["extrapolation_value"] = g.pick([None, 1.5])
    sizes = scales = None
    # By the specification, scales are those of the box; onnx.reference and ONNX Runtime take them for those of
    # the image.
    if g.chance(0.5) or roi:
        sizes = ([] if axes else x.shape[:2]) + [g.int(1, 9) for _ in spatial]
        # A box in an image whose size is not whole before it is rounded: the specification does not say.
        if g.opset >= 18 and axes and not roi and g.chance(0.4):
            attributes["keep_aspect_ratio_policy"] = g.pick(["stretch", "not_larger", "not_smaller"])
        sizes = g.constant(sizes)
    else:
        # Powers of two, so that no element lies between two others by an error of rounding only.
        scales = ([] if axes else [1.0, 1.0]) + [g.pick([0.5, 1.0, 1.5, 2.0, 2.5, 3.0]) for _ in spatial]
        scales = g.constant(np.array(scales, np.float32))
    g.node("Resize", [x, roi, scales, sizes], **attributes)


@draws("resize", until=9, since=9)
def upsample(g):
    x = image(g, rank=(4, 4))
    g.node("Upsample", [x, g.constant(np.array([1, 1, g.int(1, 3), g.int(1, 3)], np.float32))])


@draws("resize", since=16, weight=3)
def grid_sample(g):
    depth = 2 if g.opset < 20 or g.chance(0.7) else 3
    x = image(g, rank=(depth + 2, depth + 2))
    points = [x.shape[0]] + [g.int(1, 4) for _ in range(depth)] + [depth]
    grid = g.fresh("f32", points, -1.3, 1.3)
    modes = ["bilinear", "nearest", "bicubic"] if g.opset < 20 else ["linear", "nearest", "cubic"]
    mode = g.pick(modes if depth == 2 else modes[:2])
    g.node("GridSample", [x, grid], mode=mode, align_corners=g.pick([None, 0, 1]),
           padding_mode=g.pick([None, "zeros", "border", "reflection"]))


@draws("resize", since=20)
def cubic_border(g):
    """Cubic samples at the image's edge, between its outermost elements and half an element beyond them."""
    x = g.fresh("f32", [1, g.int(1, 2), g.int(2, 4), g.int(2, 4)], is_constant=False)
    grid = g.fresh("f32", [1, g.int(1, 3), g.int(2, 4), 2], 0.8, 1.0)
    g.node("GridSample", [x, grid], mode="cubic", align_corners=g.pick([0, 1]),
           padding_mode=g.pick(["border", "reflection"]))


@draws("resize", since=20)
def affine_grid(g):
    depth = g.int(2, 3)
    theta = g.fresh("f32", [g.int(1, 2), depth, depth + 1], -1, 1)
    size = [theta.shape[0], g.int(1, 2)] + [g.int(2, 5) for _ in range(depth)]
    g.node("AffineGrid", [theta, g.constant(size)], align_corners=g.pick([None, 0, 1]))
