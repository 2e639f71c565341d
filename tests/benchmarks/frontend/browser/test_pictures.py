"""Pictures of the size that was asked for, by every service's way of asking."""

import re

import pytest

from dulcet.benchmarks.frontend.browser.answers import answer
from dulcet.benchmarks.frontend.browser.pictures import LARGEST, picture

SIZES = {
    "https://picsum.photos/200": (200, 200),
    "https://picsum.photos/200/300": (200, 300),
    "https://picsum.photos/200/300?grayscale&blur=2": (200, 300),
    "https://picsum.photos/200/300.jpg": (200, 300),
    "https://picsum.photos/id/237/200/300": (200, 300),
    "https://picsum.photos/id/48/300/200-estate": (300, 200),
    "https://picsum.photos/seed/garden/640/480": (640, 480),
    "https://source.unsplash.com/random/800x600": (800, 600),
    "https://source.unsplash.com/1600x900/?nature,water": (1600, 900),
    "https://source.unsplash.com/random": (1080, 720),
    "https://images.unsplash.com/photo-1506744038136-46273834b3fb?w=800&q=80": (800, 533),
    "https://images.unsplash.com/photo-1506744038136-46273834b3fb?auto=format&w=500&h=500": (500, 500),
    "https://via.placeholder.com/150": (150, 150),
    "https://via.placeholder.com/350x150/0000FF/808080?text=Logo": (350, 150),
    "https://placehold.co/600x400/png": (600, 400),
    "https://placehold.co/400": (400, 400),
    "https://placehold.it/100x50": (100, 50),
    "https://dummyimage.com/600x400/000/fff": (600, 400),
    "https://loremflickr.com/320/240/dog": (320, 240),
    "https://placekitten.com/200/287": (200, 287),
    "https://i.pravatar.cc/300?img=3": (300, 300),
    "https://randomuser.me/api/portraits/men/32.jpg": (128, 128),
    "https://picsum.photos/99999/1": (LARGEST, 1),
    "https://www.placehold.co/60x40": (60, 40),
}


@pytest.mark.parametrize("url", SIZES)
def test_the_size_that_was_asked_for(url):
    drawn = picture(url)
    found = re.match(r'<svg [^>]*?width="(\d+)" height="(\d+)"', drawn)
    assert (int(found[1]), int(found[2])) == SIZES[url]


def test_the_same_number_is_the_same_picture_in_every_size():
    def colours(url):
        return re.findall(r"hsl\([^)]*\)", picture(url))

    assert colours("https://picsum.photos/id/48/200/300") == colours("https://picsum.photos/id/48/900/100")
    assert colours("https://picsum.photos/id/48/200/300") != colours("https://picsum.photos/id/49/200/300")


def test_a_placeholder_says_what_it_is_told_and_nothing_else():
    drawn = picture("https://placehold.co/300x200/ff0000/00ff00?text=Hello+%3Cb%3E")
    assert 'fill="#ff0000"' in drawn
    assert 'fill="#00ff00"' in drawn
    assert "Hello &lt;b&gt;" in drawn
    assert "300 × 200" in picture("https://placehold.co/300x200")


@pytest.mark.parametrize(
    "url",
    ["https://example.com/logo.png", "https://picsum.photos.example.com/200", "file:///etc/passwd", "https://",
     "https://cdn.jsdelivr.net/npm/bootstrap@5/dist/css/bootstrap.min.css", "https://fonts.googleapis.com/css?family=A"],
)  # fmt: skip
def test_everything_else_is_refused(url):
    assert answer(url, "") is None
