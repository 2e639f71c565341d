"""How different two colours look: CIEDE2000 on CIE L*a*b*.

Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", Color Research & Application 30(1), 2005; the names of
the quantities are theirs. About 2 is just noticeable side by side, 10 is plainly another shade, black to white is 100.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float32]
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])
_POWER = 25.0**7
_SRGB = np.arange(256) / 255.0
_LINEAR = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4)


def lab(rgb: ArrayLike) -> Values:
    """L*, a*, b* (D65) of sRGB colours with values 0 to 255; the last axis is the channel."""
    linear = _LINEAR[np.asarray(rgb, dtype=np.uint8)]
    ratio = linear @ (_XYZ / _WHITE[:, None]).T
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def ciede2000(one: ArrayLike, other: ArrayLike) -> Values:
    """The difference of colours given as L*, a*, b* in the last axis; shapes broadcast."""
    one, other = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    lightness_1, a_1, b_1 = one[..., 0], one[..., 1], one[..., 2]
    lightness_2, a_2, b_2 = other[..., 0], other[..., 1], other[..., 2]
    chroma = (np.hypot(a_1, b_1) + np.hypot(a_2, b_2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + _POWER)))
    chroma_1, hue_1 = _polar((1 + g) * a_1, b_1)
    chroma_2, hue_2 = _polar((1 + g) * a_2, b_2)
    grey = chroma_1 * chroma_2 == 0
    turn = np.where(grey, 0, (hue_2 - hue_1 + 180) % 360 - 180)
    turn = np.where(~grey & (hue_2 - hue_1 == 180), 180, turn)  # the formula goes the positive way round
    d_hue = 2 * np.sqrt(chroma_1 * chroma_2) * np.sin(np.radians(turn / 2))
    d_lightness, d_chroma = lightness_2 - lightness_1, chroma_2 - chroma_1
    s_lightness, s_chroma, s_hue, rotation = _weights(
        (lightness_1 + lightness_2) / 2, (chroma_1 + chroma_2) / 2, _mean_hue(hue_1, hue_2, grey)
    )
    x, y, z = d_lightness / s_lightness, d_chroma / s_chroma, d_hue / s_hue
    squared = x**2 + y**2 + z**2 + rotation * y * z
    return np.asarray(np.sqrt(np.maximum(0, squared)), dtype=np.float32)


def _polar(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360


def _mean_hue(one: NDArray[np.float64], other: NDArray[np.float64], grey: NDArray[np.bool_]) -> NDArray[np.float64]:
    total = one + other
    round_zero = np.where(total < 360, total + 360, total - 360)
    mean = np.where(np.abs(one - other) <= 180, total, round_zero) / 2
    return np.where(grey, total, mean)


def _weights(
    lightness: NDArray[np.float64], chroma: NDArray[np.float64], hue: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """S_L, S_C, S_H and R_T."""
    cosine = [np.cos(np.radians(times * hue + shift)) for times, shift in ((1, -30), (2, 0), (3, 6), (4, -63))]
    t = 1 - 0.17 * cosine[0] + 0.24 * cosine[1] + 0.32 * cosine[2] - 0.20 * cosine[3]
    middle = (lightness - 50) ** 2
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + _POWER))
    rotation = rotation * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return 1 + 0.015 * middle / np.sqrt(20 + middle), 1 + 0.045 * chroma, 1 + 0.015 * chroma * t, rotation
