"""What every store does: real files, and a real PostgreSQL server where one can be had (see conftest.py)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from dulcet.errors import InputError
from dulcet.memory.base import NewEntry, NewPassage

NOON = datetime(2023, 5, 8, 12, tzinfo=UTC)


def said(*texts, role="user", start=NOON, **meta):
    return [NewEntry(role, text, start + timedelta(minutes=number), meta) for number, text in enumerate(texts)]


def texts(page):
    return [item.text for item in page.items]


def test_messages_come_back_as_they_were_stored(store):
    recall = store.memory().recall
    berlin = datetime(2023, 5, 8, 14, tzinfo=timezone(timedelta(hours=2)))
    ids = recall.append(
        [NewEntry("tool", "naïve \u200d 😀\n'; DROP TABLE item; --", berlin, {"speaker": "Zoë", "n": [1]})]
    )
    (entry,) = recall.get(ids)
    assert (entry.role, entry.text) == ("tool", "naïve \u200d 😀\n'; DROP TABLE item; --")
    assert entry.time == NOON and entry.time.tzinfo == UTC
    assert entry.meta == {"speaker": "Zoë", "n": [1]}
    assert recall.count() == 1 and recall.last(5) == [entry]


def test_what_no_database_keeps_is_shown_as_the_replacement_character(store):
    recall = store.memory().recall
    ids = recall.append(said("a\0b\ud83dc"))
    assert recall.get(ids)[0].text.startswith("a\ufffdb\ufffd") and recall.search("c", mode="literal").total == 1


def test_get_keeps_the_order_asked_for_and_refuses_strangers(store):
    recall = store.memory().recall
    first, second = recall.append(said("one", "two"))
    assert [entry.text for entry in recall.get([second, first])] == ["two", "one"]
    with pytest.raises(InputError, match="entry 999 is not in this memory"):
        recall.get([first, 999])


def test_totals_are_right_on_every_page(store):
    recall = store.memory().recall
    recall.append(said(*(f"apple number {number}" for number in range(12)), "pear"))
    for mode in ("literal", "literal_ignore_case", "bm25", "hybrid", "rrf"):
        pages = [recall.search("apple", page=page, mode=mode, size=5) for page in range(4)]
        assert len({page.total for page in pages}) == 1, mode
        assert [len(page.items) for page in pages[:3]] == [5, 5, pages[0].total - 10], mode
        assert pages[3].items == () and pages[0].pages == 3, mode
        everything = [entry.id for page in pages for entry in page.items]
        assert len(set(everything)) == pages[0].total, mode
    assert recall.search("apple", mode="literal").total == 12


def test_a_page_that_cannot_be_is_refused(store):
    with pytest.raises(InputError, match="page -1 of size 5"):
        store.memory().recall.search("x", page=-1)
    with pytest.raises(InputError, match="page 0 of size 0"):
        store.memory().recall.search("x", size=0)


def test_paper_mode_finds_pieces_of_the_text_in_order_of_time(store):
    recall = store.memory().recall
    recall.append(said("I like Tea", "tea, please", "coffee"))
    assert texts(recall.search("Tea", mode="literal")) == ["I like Tea"]
    assert texts(recall.search("TEA", mode="literal_ignore_case")) == ["I like Tea", "tea, please"]
    assert texts(recall.search("ea,", mode="literal")) == ["tea, please"]


def test_searches_look_at_the_two_speakers_unless_told_otherwise(store):
    recall = store.memory().recall
    for role in ("user", "assistant", "system", "tool"):
        recall.append(said(f"zebra {role}", role=role))
    for mode in ("literal", "bm25", "hybrid", "rrf"):
        assert sorted(texts(recall.search("zebra", mode=mode))) == ["zebra assistant", "zebra user"], mode
        assert texts(recall.search("zebra", mode=mode, roles=["tool"])) == ["zebra tool"], mode
        assert recall.search("zebra", mode=mode, roles=[]).total == 0, mode


def test_dates_bound_a_search_inclusively(store):
    recall = store.memory().recall
    for day in range(1, 6):
        recall.append(said(f"walk on day {day}", start=datetime(2023, 5, day, 23, 59, 59, 999_999, tzinfo=UTC)))
    assert texts(recall.between(date(2023, 5, 2), date(2023, 5, 3))) == ["walk on day 2", "walk on day 3"]
    assert recall.between(date(2023, 5, 2), date(2023, 5, 4), size=2).total == 3
    for mode in ("literal", "bm25", "hybrid"):
        found = recall.search("walk", mode=mode, start=date(2023, 5, 4), size=9)
        assert sorted(texts(found)) == ["walk on day 4", "walk on day 5"], mode
    exactly = datetime(2023, 5, 2, 23, 59, 59, 999_999, tzinfo=UTC)
    assert texts(recall.between(exactly, exactly)) == ["walk on day 2"]


def test_times_need_a_zone(store):
    with pytest.raises(InputError, match="has no zone"):
        store.memory().recall.append([NewEntry("user", "x", datetime(2023, 5, 8))])
    assert store.memory().recall.count() == 0


def test_several_are_stored_all_or_none(store):
    memory = store.memory()
    with pytest.raises(InputError, match="not JSON"):
        memory.archival.insert_many([NewPassage("good"), NewPassage("bad", meta={"x": {1, 2}})])
    assert memory.archival.count() == 0 and memory.recall.append([]) == []


def test_passages_are_found_and_forgotten(store):
    archival = store.memory().archival
    kept = archival.insert("the cat sat on the mat", meta={"source": "book"})
    gone = archival.insert("the cat ran away", time=NOON)
    assert archival.count() == 2 and {p.id for p in archival.search("cats").items} == {kept, gone}
    archival.delete(gone)
    for mode in ("hybrid", "bm25", "literal"):
        assert [passage.id for passage in archival.search("cat", mode=mode).items] == [kept], mode
    assert archival.count() == 1 and [p.id for p in archival.last(9)] == [kept]
    assert archival.get([kept])[0].meta == {"source": "book"}
    for what in (lambda: archival.delete(gone), lambda: archival.get([gone]), lambda: archival.delete(10**6)):
        with pytest.raises(InputError, match=r"forgotten|is not in this memory"):
            what()


def test_messages_are_no_passages(store):
    memory = store.memory()
    (message,) = memory.recall.append(said("a message"))
    passage = memory.archival.insert("a passage")
    with pytest.raises(InputError):
        memory.archival.get([message])
    with pytest.raises(InputError):
        memory.recall.get([passage])
    assert memory.recall.search("passage", mode="bm25").total == 0


def test_agents_and_users_are_strictly_apart(store):
    ann, bob = store.memory("agent", "ann"), store.memory("agent", "bob")
    other = store.memory("other", "ann")
    (secret,) = ann.recall.append(said("my secret is a blue parrot"))
    passage = ann.archival.insert("the parrot is called Kiwi")
    ann.set_state({"x": 1})
    ann.mark_turn()
    snapshot = ann.snapshot()
    before = [(entry.id, entry.text) for entry in ann.recall.search("blue parrot").items]
    for stranger in (bob, other):
        assert stranger.recall.count() == stranger.archival.count() == 0
        assert stranger.state() == {} and stranger.turns() == []
        for mode in ("hybrid", "bm25", "vectors", "rrf", "literal"):
            assert stranger.recall.search("blue parrot", mode=mode).total == 0
            assert stranger.archival.search("parrot", mode=mode).total == 0
        for what in (
            lambda stranger=stranger: stranger.recall.get([secret]),
            lambda stranger=stranger: stranger.archival.delete(passage),
            lambda stranger=stranger: stranger.restore(snapshot),
            lambda stranger=stranger: stranger.fork(agent="thief", snapshot=snapshot),
        ):
            with pytest.raises(InputError):
                what()
        stranger.recall.append(said(*["parrot parrot blue"] * 20))
    assert [(entry.id, entry.text) for entry in ann.recall.search("blue parrot").items] == before
    assert store.agents() == [("agent", "ann"), ("agent", "bob"), ("other", "ann")]


def test_the_last_state_is_kept(store):
    memory = store.memory()
    memory.set_state({"blocks": {"persona": "kind"}})
    memory.set_state({"blocks": {"persona": "very kind 😀"}})
    assert store.memory().state() == {"blocks": {"persona": "very kind 😀"}}
    with pytest.raises(InputError, match="state: not JSON"):
        memory.set_state({"x": object()})


def test_a_snapshot_brings_everything_back(store):
    memory = store.memory()
    memory.recall.append(said("breakfast"))
    passage = memory.archival.insert("kept passage")
    memory.set_state({"v": 1})
    memory.mark_turn()
    early = memory.snapshot()
    memory.recall.append(said("lunch"))
    memory.archival.delete(passage)
    memory.set_state({"v": 2})
    memory.mark_turn()
    late = memory.snapshot()
    memory.restore(early)
    assert texts(memory.recall.search("breakfast lunch", mode="bm25")) == ["breakfast"]
    assert (memory.recall.count(), memory.archival.count(), memory.state(), len(memory.turns())) == (1, 1, {"v": 1}, 1)
    memory.recall.append(said("instead"))
    memory.restore(late)
    assert [entry.text for entry in memory.recall.last(9)] == ["breakfast", "lunch"]
    assert (memory.archival.count(), memory.state(), len(memory.turns())) == (0, {"v": 2}, 2)


def test_forks_go_apart(store):
    memory = store.memory()
    memory.recall.append(said("shared past"))
    snapshot = memory.snapshot()
    memory.recall.append(said("later"))
    now, then = memory.fork(agent="now"), memory.fork(agent="then", snapshot=snapshot)
    now.recall.append(said("only in the fork"))
    memory.recall.append(said("only in the first"))
    assert [entry.text for entry in memory.recall.last(9)] == ["shared past", "later", "only in the first"]
    assert [entry.text for entry in now.recall.last(9)] == ["shared past", "later", "only in the fork"]
    assert [entry.text for entry in then.recall.last(9)] == ["shared past"]
    assert sorted(texts(now.recall.search("only", mode="bm25"))) == ["only in the fork"]
    assert then.recall.search("later only", mode="bm25").total == 0
    grandchild = now.fork(agent="grandchild")
    assert [entry.text for entry in grandchild.recall.last(9)] == [entry.text for entry in now.recall.last(9)]
    with pytest.raises(InputError, match="now/default: there is a memory of that name already"):
        memory.fork(agent="now")


def test_rollback_goes_by_turns(store):
    memory = store.memory()
    for turn in range(1, 4):
        memory.recall.append(said(f"turn {turn}"))
        assert memory.mark_turn() == turn
    memory.rollback(2)
    assert [entry.text for entry in memory.recall.last(9)] == ["turn 1", "turn 2"]
    assert [turn.number for turn in memory.turns()] == [1, 2]
    memory.recall.append(said("another third"))
    assert memory.mark_turn() == 3
    with pytest.raises(InputError, match="there is no turn 4; turns 1 to 3 are marked"):
        memory.rollback(4)
    memory.rollback(0)
    assert memory.recall.count() == 0 and memory.turns() == []
    with pytest.raises(InputError, match="no turn is marked"):
        memory.rollback(1)


def test_a_hundred_steps_back_and_forth_leave_short_chains(store):
    memory = store.memory()
    memory.recall.append(said("root"))
    root = memory.snapshot()
    for number in range(100):
        memory.restore(root)
        memory.recall.append(said(f"try {number}"))
    assert [entry.text for entry in memory.recall.last(9)] == ["root", "try 99"]
    assert len(memory._handle.lineage()) == 2


def test_a_search_sees_what_another_object_has_just_written(store):
    one, two = store.memory(), store.memory()
    assert one.recall.search("giraffe").total == 0
    two.recall.append(said("a giraffe"))
    assert one.recall.search("giraffe").total == 1
    two.rollback(0)
    assert one.recall.search("giraffe").total == 0
