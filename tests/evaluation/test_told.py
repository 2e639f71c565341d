from dulcet.agents.reflexion import TOLD
from dulcet.evaluation.build import build_table
from dulcet.evaluation.terminal import rich_table
from dulcet.evaluation.told import told
from dulcet.rollout.collect import load
from tests.rollout.reflexion_child import Learner, try_out


async def test_every_table_says_which_rows_were_told_the_outcome(tmp_path):
    out = tmp_path / "reflexion.jsonl"
    runs = await try_out(out, Learner(), tasks=3)
    plain = [run.model_copy(update={"agent": {"kind": "direct"}}) for run in runs]
    table = build_table({"zero_shot": plain, "reflexion": load(out), "again": load(out)}, seed=1)
    said = told(table.methods, str.upper)
    assert said.startswith(f" Told {TOLD}: REFLEXION, AGAIN; ") and "ZERO_SHOT" not in said
    assert TOLD in str(rich_table(table).caption)
    assert told({"zero_shot": table.methods["zero_shot"]}, str) == ""
