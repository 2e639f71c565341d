"""CIEDE2000 against the test data of Sharma, Wu and Dalal (2005), table 1."""

import pytest

from dulcet.benchmarks.frontend.colours import NAMED, colour_name, difference, from_hex, to_hex
from dulcet.benchmarks.frontend.dialect import COLOURS
from dulcet.benchmarks.frontend.similarity.colour_difference import ciede2000, lab


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
        ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_published_pairs(one, other, expected):
    assert float(ciede2000(one, other)) == pytest.approx(expected, abs=1e-4)
    assert float(ciede2000(other, one)) == pytest.approx(expected, abs=1e-4)


def test_lab_of_known_colours():
    assert lab((255, 255, 255)) == pytest.approx([100, 0, 0], abs=0.01)
    assert lab((255, 0, 0)) == pytest.approx([53.24, 80.09, 67.20], abs=0.01)
    assert difference((0, 0, 0), (255, 255, 255)) == pytest.approx(100, abs=0.01)


def test_every_shade_has_its_own_name():
    for name, shades in NAMED.items():
        for shade in shades:
            assert colour_name(from_hex(shade)) == name


def test_the_words_of_the_dialect_are_names_of_colours():
    assert set(COLOURS) <= set(NAMED)


def test_hexadecimal():
    assert to_hex(from_hex("#1e3a8a")) == "#1e3a8a"
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        from_hex("fff")
