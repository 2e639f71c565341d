import pytest

from dulcet.models.runtime import prepare_torch

torch = prepare_torch()

from dulcet.models.sampler import draw, end_tokens, keep_nucleus, uniforms  # noqa: E402  (torch is prepared first)


def test_the_numbers_of_a_seed_do_not_depend_on_how_many_are_taken():
    few, many = uniforms(2**62 + 1, 5), uniforms(2**62 + 1, 500)
    assert (few == many[:5]).all() and (many >= 0).all() and (many < 1).all()
    assert abs(float(many.mean()) - 0.5) < 0.05 and (uniforms(2, 5) != few).all()


def test_each_token_has_its_share_of_the_unit_interval():
    logits_BV = torch.tensor([[0.1, 0.2, 0.0, 0.7]]).log().expand(10_000, -1)
    uniform_B = torch.arange(10_000) / 10_000
    drawn_B = draw(logits_BV, torch.ones(10_000), uniform_B, any_greedy=False)
    assert torch.bincount(drawn_B, minlength=4).tolist() == pytest.approx([1000, 2000, 0, 7000], abs=2)


def test_the_ends_of_the_interval_draw_possible_tokens_only():
    logits_BV = torch.full((2, 50), float("-inf"))
    logits_BV[:, 10:20] = torch.randn(2, 10, generator=torch.Generator().manual_seed(0))
    drawn_B = draw(logits_BV, torch.ones(2), torch.tensor([0.0, 1.0 - 2**-24]))
    assert drawn_B.tolist() == [10, 19]


def test_greedy_rows_stand_beside_others():
    logits_BV = torch.tensor([[0.0, 1.0, 0.5], [0.0, 1.0, 0.5]])
    assert draw(logits_BV, torch.tensor([0.0, 1.0]), torch.tensor([0.99, 0.01])).tolist() == [1, 0]


@pytest.mark.parametrize(("top_p", "kept"), [(0.0, 1), (0.5, 1), (0.6, 2), (0.85, 3), (1.0, 4)])
def test_the_nucleus_is_the_smallest_set_that_holds_top_p(top_p, kept):
    probability_BV = torch.tensor([[0.1, 0.5, 0.15, 0.25]])
    assert int((keep_nucleus(probability_BV, torch.tensor([top_p])) > 0).sum()) == kept


def test_end_tokens_of_all_settings():
    assert end_tokens(7, [3, 7], None).tolist() == [3, 7] and end_tokens(None).tolist() == []
