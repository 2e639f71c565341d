from itertools import islice
from random import Random

import pytest

from dulcet.benchmarks.frontend.dialect import compile_page, parse_page, write_page
from dulcet.benchmarks.frontend.synthesis.make import drafts, split_of
from dulcet.house.pages import habits, page_episodes, school
from dulcet.house.pages_demonstrators import MARKER, SKILLS, demonstrate, guess
from dulcet.house.pages_edits import Edit, differences, take_over
from dulcet.house.pages_person import describe_pages
from dulcet.house.pages_reading import pointed_at

PAGE = parse_page("""page white
nav blue left | Rosa | Home, Shop
hero red left large | Fresh bread | button yellow Order
cards 3 grey left | Bread, Cakes, Pies
footer black left | Bye""")


def changed(old, new):
    return parse_page(write_page(PAGE).replace(old, new))


CHANGES = [
    ("page white", "page pink", Edit(("page", 0), "background")),
    ("nav blue", "nav green", Edit(("nav", 0), "background")),
    ("hero red left", "hero red centred", Edit(("hero", 0), "align")),
    ("large", "small", Edit(("hero", 0), "size")),
    ("button yellow", "button pink", Edit(("hero", 0), "button")),
    ("cards 3", "cards 1", Edit(("cards", 0), "columns")),
    ("footer black", "footer brown", Edit(("footer", 0), "background")),
    ("Fresh bread", "Old bread", Edit(("hero", 0), "texts")),
    ("\nfooter black left | Bye", "", Edit(("footer", 0), "missing")),
]


@pytest.mark.parametrize(("old", "new", "edit"), CHANGES)
def test_one_difference_is_found_said_understood_and_amended(old, new, edit):
    other = changed(old, new)
    assert differences(other, PAGE) == [edit]
    for seed in range(5):
        said = describe_pages(other, PAGE, seed)
        assert pointed_at(said, other, PAGE) == [edit], said
    assert take_over(other, PAGE, edit) == PAGE


def test_what_is_too_much_and_what_stands_elsewhere():
    more = parse_page(write_page(PAGE) + "\nquote pink left | Good | Sam")
    assert differences(more, PAGE) == [Edit(("quote", 0), "extra")]
    assert take_over(more, PAGE, Edit(("quote", 0), "extra")) == PAGE
    lines = write_page(PAGE).splitlines()
    turned = parse_page("\n".join([lines[0], lines[3], lines[1], lines[2], lines[4]]))
    (edit,) = differences(turned, PAGE)
    assert edit.look == "order"
    assert take_over(turned, PAGE, edit) == PAGE
    assert edit in pointed_at(describe_pages(turned, PAGE, 1), turned, PAGE)


def test_a_reply_points_at_what_it_says_and_at_nothing_else():
    other = changed("nav blue left", "nav green right")
    assert len(differences(other, PAGE)) == 2
    assert pointed_at("The top bar should be blue with white text.", other, PAGE) == [Edit(("nav", 0), "background")]
    assert pointed_at('Move the text "Home" about 400 px to the left.', other, PAGE) == [Edit(("nav", 0), "align")]
    assert pointed_at("It looks right.", other, PAGE) == []
    assert pointed_at('The heading "Fresh bread" should be blue.', other, PAGE) == []


def tasks(count, difficulty=1):
    return [
        (draft.task.prompt, draft.page) for draft in islice(drafts(3, split="validation", difficulty=difficulty), count)
    ]


@pytest.mark.parametrize("difficulty", [1, 2])
def test_who_amends_all_that_is_said_reaches_the_page_in_mind_within_ten_messages(difficulty):
    """All but one in a hundred: where the designer's own words mislead, nobody gets there."""
    there = []
    for number, (prompt, wanted) in enumerate(tasks(100, difficulty)):
        messages = demonstrate(prompt, wanted, describe_pages, SKILLS[0], Random(number))
        assert messages[-1]["content"].startswith(MARKER)
        assert len(messages) <= 20
        shown = [message["content"] for message in messages if message["role"] == "assistant"]
        there.append(parse_page(shown[-1].removeprefix(MARKER) or shown[-2]) == wanted)
    assert sum(there) >= 99


def test_the_request_alone_is_not_enough():
    """A guess has every text and hardly any look."""
    random = Random(0)
    for prompt, wanted in tasks(40):
        first = guess(wanted, random)
        assert len(differences(first, wanted)) >= 3
        assert all(text in prompt for section in first.sections for texts in section.texts for text in texts)


def test_the_skills_differ():
    """How many messages a dialogue has, and how many differences are left at its end."""
    left = {}
    for skill in SKILLS:
        ends = []
        for number, (prompt, wanted) in enumerate(tasks(30)):
            messages = demonstrate(prompt, wanted, describe_pages, skill, Random(number))
            shown = [message["content"].removeprefix(MARKER).strip() for message in messages[1::2]]
            last = next(page for page in reversed(shown) if page)
            ends.append(len(differences(parse_page(last), wanted)))
        left[skill.name] = sum(ends) / len(ends)
    assert left["careful"] < 0.2
    assert left["hasty"] > 1
    assert left["rambling"] > 0.5
    assert left["careless"] > 0.5


def test_dialogues_are_the_same_for_the_same_seed_and_of_the_training_split():
    made = list(school(60, seed=4))
    assert made == list(school(60, seed=4))
    assert list(page_episodes(30, 4)) == made[:30]
    assert made != list(school(60, seed=5))
    assert {dialogue.skill for dialogue in made} == {skill.name for skill in SKILLS}
    for dialogue in made:
        assert split_of(compile_page(parse_page(dialogue.reference))) == "train"
        roles = [message["role"] for message in dialogue.messages]
        assert roles == ["user", "assistant"] * (len(roles) // 2)


def test_some_begin_with_the_page_in_mind_and_habits_are_worse():
    made = list(habits(100, seed=4))
    before = [dialogue.messages[0]["content"].startswith(dialogue.reference) for dialogue in made]
    assert 0.1 < sum(before) / len(before) < 0.4
    careful = [sum(dialogue.skill == "careful" for dialogue in some) for some in (made, list(school(100, seed=4)))]
    assert careful[0] < careful[1]
