#===- sampling.py - Resize and the sampling of images at points ----------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===#
import itertools

import numpy as np

from .registry import axes_of, operator, rounded, wide


def is_old(node):
    """Whether it scales from the corner: Upsample, and the first Resize."""
    return node.op == "Upsample" or node.opset < 11


def source_coordinate(node, out, size, result, scale, roi):
    """Where element `out` of a resized axis lies among its `size` elements."""
    mode = node.get("coordinate_transformation_mode", "asymmetric" if is_old(node) else "half_pixel")
    if mode == "half_pixel_symmetric":
        adjustment = result / (scale * size)
        return size / 2 * (1 - adjustment) + (out + 0.5) / scale - 0.5
    if mode == "pytorch_half_pixel":
        return (out + 0.5) / scale - 0.5 if result > 1 else 0.0
    if mode == "align_corners":
        return out * (size - 1) / (scale * size - 1) if result > 1 else 0.0
    if mode == "tf_crop_and_resize":
        start, end = roi
        if result > 1:
            return start * (size - 1) + out * (end - start) * (size - 1) / (scale * size - 1)
        return 0.5 * (start + end) * (size - 1)
    return out / scale if mode == "asymmetric" else (out + 0.5) / scale - 0.5


NEAREST = {"round_prefer_floor": lambda x: np.ceil(x - 0.5), "round_prefer_ceil": lambda x: np.floor(x + 0.5),
           "floor": np.floor, "ceil": np.ceil}


def cubic(x, a):
    x = abs(x)
    if x <= 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < 2 else 0.0


def tap_weights(node, x, scale):
    """The elements near x, and what each one counts."""
    if node.get("mode", "nearest") == "nearest":
        return [(int(NEAREST[node.get("nearest_mode", "floor" if is_old(node) else "round_prefer_floor")](x)), 1.0)]
    is_cubic = node.get("mode") == "cubic"
    # A filter of a shrinking Resize is stretched, so that it sees every element.
    stretch = min(scale, 1.0) if node.get("antialias", 0) else 1.0
    reach = (2 if is_cubic else 1) / stretch
    a = node.get("cubic_coeff_a", -0.75)
    taps = []
    for i in range(int(np.floor(x - reach)), int(np.ceil(x + reach)) + 1):
        distance = (i - x) * stretch
        taps.append((i, cubic(distance, a) if is_cubic else max(0.0, 1 - abs(distance))))
    if node.get("antialias", 0):
        total = sum(weight for _, weight in taps)
        taps = [(i, weight / total) for i, weight in taps]
    return taps


def axis_matrix(node, size, result, scale, roi):
    """[result, size], and which results lie outside of the image."""
    matrix, outside = np.zeros([result, size]), np.zeros(result, bool)
    for out in range(result):
        x = source_coordinate(node, out, size, result, scale, roi)
        outside[out] = x < 0 or x > size - 1
        taps = tap_weights(node, x, scale)
        if node.get("exclude_outside", 0):
            taps = [(i, weight) for i, weight in taps if 0 <= i < size]
            total = sum(weight for _, weight in taps)
            taps = [(i, weight / total) for i, weight in taps]
        for i, weight in taps:
            matrix[out, min(max(i, 0), size - 1)] += weight
    return matrix, outside


def resized_shape(node, shape, scales, sizes):
    """The new sizes and the scales of the given axes."""
    if sizes is None:
        return [int(np.floor(n * s)) for n, s in zip(shape, scales)], scales
    policy = node.get("keep_aspect_ratio_policy", "stretch")
    ratios = [to / n for to, n in zip(sizes, shape)]
    if policy == "stretch":
        return sizes, ratios
    scale = (min if policy == "not_larger" else max)(ratios)
    return [int(np.floor(n * scale + 0.5)) for n in shape], [scale] * len(shape)


@operator("Resize", "Upsample")
def resize(node, x, *rest):
    if is_old(node):
        rest = (None,) + rest
    roi, scales, sizes = (rest + (None,) * 3)[:3]
    axes = axes_of(node.get("axes", range(x.ndim)), x.ndim)
    scales = None if scales is None or not scales.size else [float(s) for s in scales]
    sizes = None if sizes is None or not sizes.size else [int(n) for n in sizes]
    results, scales = resized_shape(node, [x.shape[axis] for axis in axes], scales, sizes)
    values, outside = wide(x), np.zeros([1] * x.ndim, bool)
    for i, axis in enumerate(axes):
        box = (float(roi[i]), float(roi[i + len(axes)])) if roi is not None and roi.size else (0.0, 1.0)
        matrix, beyond = axis_matrix(node, x.shape[axis], results[i], scales[i], box)
        values = np.moveaxis(np.tensordot(matrix, values, (1, axis)), 0, axis)
        outside = outside | beyond.reshape([-1 if j == axis else 1 for j in range(x.ndim)])
    if node.get("coordinate_transformation_mode") == "tf_crop_and_resize":
        values = np.where(outside, node.get("extrapolation_value", 0.0), values)
    return rounded(values, x)


def reflected(x, low, high):
    """x mirrored at the two ends until it lies between them."""
    span = high - low
    if span <= 0:
        return low
    part = abs(x - low) % (2 * span)
    return low + (part if part <= span else 2 * span - part)


class Sampler:
    """One image [C, spatial...] that is read at real coordinates."""

    def __init__(self, node, image):
        self.image, self.sizes = image, image.shape[1:]
        self.padding, self.aligned = node.get("padding_mode", "zeros"), node.get("align_corners", 0)
        self.mode = {"bilinear": "linear", "bicubic": "cubic"}.get(node.get("mode", "linear"),
                                                                   node.get("mode", "linear"))

    def element(self, place):
        for axis, (i, size) in enumerate(zip(place, self.sizes)):
            if self.padding == "zeros" and not 0 <= i < size:
                return np.zeros(len(self.image))
            if self.padding == "reflection":
                i = reflected(i, 0, size - 1) if self.aligned else reflected(i, -0.5, size - 0.5)
            place = place[:axis] + (int(min(max(i, 0), size - 1)),) + place[axis + 1:]
        return self.image[(slice(None),) + place]

    def at(self, point):
        """`point` is from -1 to 1 per axis, the innermost axis first."""
        taps = []
        for x, size in zip(point[::-1], self.sizes):
            x = (x + 1) / 2 * (size - 1) if self.aligned else ((x + 1) * size - 1) / 2
            # What lies outside of the image, half an element beyond its first and last, is brought back.
            half = 0 if self.aligned else 0.5
            if self.padding == "border" and not -half <= x <= size - 1 + half:
                x = min(max(x, 0), size - 1)
            elif self.padding == "reflection":
                x = reflected(x, 0, size - 1) if self.aligned else reflected(x, -0.5, size - 0.5)
            first = int(np.floor(x))
            if self.mode == "nearest":
                taps.append([(int(np.rint(x)), 1.0)])
            elif self.mode == "linear":
                taps.append([(first, 1 - (x - first)), (first + 1, x - first)])
            else:
                taps.append([(first + i, cubic(x - first - i, -0.75)) for i in range(-1, 3)])
        return sum(np.prod([weight for _, weight in choice]) * self.element(tuple(i for i, _ in choice))
                   for choice in itertools.product(*taps))


@operator("GridSample")
def grid_sample(node, x, grid):
    results = []
    for image, points in zip(wide(x), wide(grid)):
        sampler = Sampler(node, image)
        values = [sampler.at(point) for point in points.reshape(-1, points.shape[-1])]
        results.append(np.array(values).T.reshape((x.shape[1],) + points.shape[:-1]))
    return rounded(np.array(results), x)


@operator("AffineGrid")
def affine_grid(node, theta, size):
    spatial = [int(n) for n in size[2:]]
    lines = []
    for n in spatial:
        lines.append(np.linspace(-1, 1, n) if node.get("align_corners", 0)
                     else (np.arange(n) * 2 + 1) / n - 1)
    points = np.stack(np.meshgrid(*lines, indexing="ij")[::-1] + [np.ones(spatial)], -1)
    return rounded(np.einsum("nij,...j->n...i", wide(theta), points), theta)
