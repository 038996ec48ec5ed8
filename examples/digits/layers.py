#===- layers.py - Layers with gradients, in numpy -------------------------===#
#
# Part of the Quantc project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------===#
"""What train.py needs to train a small network. Activations are NCHW.

Each layer has forward(x, training) and backward(dy) -> dx; its parameters are
`parameters` and, after backward, their gradients are `gradients`.
"""
import numpy as np


class Layer:
    parameters = ()
    gradients = ()


def windows(x, height, width):
    """[N, C, H, W] -> [N, C, H, W, height, width]: 'same' zero padding."""
    top, left = height // 2, width // 2
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    return np.lib.stride_tricks.sliding_window_view(padded, (height, width), (2, 3))


class Convolution(Layer):
    """3x3, stride 1, padding 1; no bias, since a batch norm follows."""

    def __init__(self, random, inputs, outputs):
        deviation = np.sqrt(2 / (inputs * 9))
        self.weights = random.normal(0, deviation, (outputs, inputs, 3, 3)).astype(np.float32)
        self.parameters = [self.weights]

    def forward(self, x, training):
        self.seen = windows(x, 3, 3)
        return np.einsum("nchwij,ocij->nohw", self.seen, self.weights, optimize=True)

    def backward(self, dy):
        self.gradients = [np.einsum("nchwij,nohw->ocij", self.seen, dy, optimize=True)]
        flipped = self.weights[:, :, ::-1, ::-1]
        return np.einsum("nohwij,ocij->nchw", windows(dy, 3, 3), flipped, optimize=True)


class BatchNorm(Layer):
    EPSILON = 1e-5
    MOMENTUM = 0.9

    def __init__(self, channels):
        self.scale = np.ones(channels, np.float32)
        self.shift = np.zeros(channels, np.float32)
        self.mean = np.zeros(channels, np.float32)
        self.variance = np.ones(channels, np.float32)
        self.parameters = [self.scale, self.shift]

    def forward(self, x, training):
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
            self.mean += (1 - self.MOMENTUM) * (mean - self.mean)
            self.variance += (1 - self.MOMENTUM) * (variance - self.variance)
        self.inverse = 1 / np.sqrt(variance + self.EPSILON)
        self.normal = (x - mean[:, None, None]) * self.inverse[:, None, None]
        return self.normal * self.scale[:, None, None] + self.shift[:, None, None]

    def backward(self, dy):
        axes = (0, 2, 3)
        d_scale = (dy * self.normal).sum(axes)
        d_shift = dy.sum(axes)
        self.gradients = [d_scale, d_shift]
        count = dy.size / dy.shape[1]
        centred = (dy - (d_shift / count)[:, None, None] -
                   self.normal * (d_scale / count)[:, None, None])
        return centred * (self.scale * self.inverse)[:, None, None]


class Relu(Layer):
    def forward(self, x, training):
        self.positive = x > 0
        return x * self.positive

    def backward(self, dy):
        return dy * self.positive


class MaxPool(Layer):
    """2x2, stride 2."""

    def forward(self, x, training):
        n, c, h, w = x.shape
        tiles = x.reshape(n, c, h // 2, 2, w // 2, 2).swapaxes(3, 4)
        tiles = tiles.reshape(n, c, h // 2, w // 2, 4)
        self.chosen = tiles.argmax(-1)
        return tiles.max(-1)

    def backward(self, dy):
        n, c, h, w = dy.shape
        tiles = (np.arange(4) == self.chosen[..., None]) * dy[..., None]
        return tiles.reshape(n, c, h, w, 2, 2).swapaxes(3, 4).reshape(n, c, 2 * h, 2 * w)


class Residual(Layer):
    """x + body(x)"""

    def __init__(self, *body):
        self.body = Sequence(*body)
        self.parameters = self.body.parameters

    def forward(self, x, training):
        return x + self.body.forward(x, training)

    def backward(self, dy):
        dx = dy + self.body.backward(dy)
        self.gradients = self.body.gradients
        return dx


class AveragePool(Layer):
    """Over the whole image: [N, C, H, W] -> [N, C]."""

    def forward(self, x, training):
        self.shape = x.shape
        return x.mean((2, 3))

    def backward(self, dy):
        n, c, h, w = self.shape
        return np.broadcast_to(dy[:, :, None, None] / (h * w), self.shape)


class Linear(Layer):
    def __init__(self, random, inputs, outputs):
        deviation = np.sqrt(1 / inputs)
        self.weights = random.normal(0, deviation, (outputs, inputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)
        self.parameters = [self.weights, self.bias]

    def forward(self, x, training):
        self.seen = x
        return x @ self.weights.T + self.bias

    def backward(self, dy):
        self.gradients = [dy.T @ self.seen, dy.sum(0)]
        return dy @ self.weights


class Sequence(Layer):
    def __init__(self, *layers):
        self.layers = layers
        self.parameters = [p for layer in layers for p in layer.parameters]

    def forward(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, dy):
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        self.gradients = [g for layer in self.layers for g in layer.gradients]
        return dy


class Adam:
    """Decoupled weight decay."""

    def __init__(self, parameters, decay):
        self.parameters, self.decay, self.step = parameters, decay, 0
        self.first = [np.zeros_like(p) for p in parameters]
        self.second = [np.zeros_like(p) for p in parameters]

    def update(self, gradients, rate):
        self.step += 1
        for p, g, m, v in zip(self.parameters, gradients, self.first, self.second):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            mean = m / (1 - 0.9 ** self.step)
            deviation = np.sqrt(v / (1 - 0.999 ** self.step)) + 1e-8
            p -= (rate * (mean / deviation + self.decay * p)).astype(p.dtype)
