from dulcet.humans.designer.layout import beside, inside, layout, longest_rising
from tests.benchmarks.frontend.similarity.drawn import block


def texts(blocks):
    return [one.text for one in blocks]


def test_columns_are_read_one_after_the_other():
    """Two cards side by side, each with a heading and a text below it."""
    blocks = [
        block(text="Welcome", y=0, width=900),
        block(text="Bread", x=0, y=100, width=300), block(text="Cakes", x=500, y=100, width=300),
        block(text="Baked at five", x=0, y=130, width=300), block(text="Baked at six", x=500, y=130, width=300),
        block(text="Find us", y=300, width=200),
    ]  # fmt: skip
    found = layout(blocks[::-1])
    assert texts(found.order) == ["Welcome", "Bread", "Baked at five", "Cakes", "Baked at six", "Find us"]
    assert [[texts(column) for column in row] for row in found.rows] == [
        [["Bread", "Baked at five"], ["Cakes", "Baked at six"]]
    ]


def test_links_in_a_row_are_a_row():
    links = [block(text=text, x=x, width=50) for text, x in (("Home", 0), ("Shop", 80), ("About", 160))]
    found = layout(links)
    assert texts(found.order) == ["Home", "Shop", "About"]
    assert len(found.rows) == 1
    assert beside(found.order)


def test_an_empty_page():
    assert layout([]).order == []


def test_what_is_in_a_box_has_its_middle_in_it():
    box = block("box", "", x=0, y=0, width=100, height=100)
    within, without = block(text="in", x=60, y=10, width=70), block(text="out", x=60, y=10, width=90)
    assert inside(box, [box, within, without]) == [within]


def test_the_longest_rising_part():
    assert longest_rising([3, 0, 1, 2]) == [1, 2, 3]
    assert longest_rising([]) == []
    assert len(longest_rising([5, 1, 6, 2, 7, 3])) == 3
