import pytest

from dulcet.benchmarks.frontend.tasks import as_row, parse_task
from dulcet.benchmarks.frontend.websight import rewrite_pictures
from dulcet.errors import InputError

ROW = {
    "image": None,
    "llm_generated_idea": "Bakery: a warm page.",
    "text": '<html><body><img src="https://source.unsplash.com/random/300x200/?e-bread"></body></html>',
}


def test_a_row_becomes_a_task_and_is_written_in_the_form_of_colbench():
    task = parse_task(ROW, "file:1", default_id="frontend-0")
    assert (task.benchmark, task.prompt) == ("frontend", ROW["llm_generated_idea"])
    assert 'src="https://picsum.photos/id/48/300/200"' in task.hidden
    row = as_row(task)
    assert row["ground_truth"] == task.hidden
    assert parse_task(row, "file:1", default_id="other") == task


@pytest.mark.parametrize(
    ("address", "size"),
    [
        ("https://source.unsplash.com/random/300x200/?sushi", "300/200"),
        ("https://source.unsplash.com/random/1600x900/?e-learning,school", "1600/900"),
        ("https://source.unsplash.com/640x480", "640/480"),
        ("http://source.unsplash.com/collection/190727/50x60", "50/60"),
        ("https://source.unsplash.com/featured/?food", "600/400"),
        ("https://images.unsplash.com/photo-1?fit=crop&amp;w=900&amp;h=300", "900/300"),
        ("https://images.unsplash.com/photo-1?w=900", "900/600"),
        ("https://images.unsplash.com/photo-1?h=200", "300/200"),
        ("https://source.unsplash.com/random/99999x0/?x", "5000/1"),
    ],
)
def test_the_size_is_kept(address, size):
    page = f'<img src="{address}" class="w-full"><div style="background: url({address})">'
    picture = f"https://picsum.photos/id/48/{size}"
    assert rewrite_pictures(page) == f'<img src="{picture}" class="w-full"><div style="background: url({picture})">'


def test_other_addresses_stay_as_they_are():
    page = '<a href="https://unsplash.com/about"></a><img src="https://picsum.photos/id/48/30/20-estate">'
    assert rewrite_pictures(page) == page


def test_a_row_without_its_page_names_the_field():
    with pytest.raises(InputError, match=r"^file:3: field 'text': holds no HTML element"):
        parse_task({**ROW, "text": "a page"}, "file:3", default_id="x")
