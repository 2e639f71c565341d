"""Before a critic compares episodes it may learn to read: to imitate successful episodes with c in front of them.

A large model can use the hidden information from the start. A small one has to be taught what it is good for, and the
pairs of episodes alone are few: their one bit each says little about which words of c a reply should have followed.
Nothing is learnt from but the same offline episodes.
"""

from pathlib import Path

from dulcet.credit.privileged import privileged_trajectory
from dulcet.recipes.base import Ingredients, NothingToLearnError, placed
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.objectives import SFT
from dulcet.training.trainer import train


def warm_up(given: Ingredients, base: str, config: TrainConfig, out: Path, *, hidden: bool = True) -> Path:
    """The folder of `base` after imitating what succeeded, with `hidden` the hidden information in view.

    Raises NothingToLearnError where no episode succeeded.
    """
    good = [one for one in given.episodes if one.success]
    read = [privileged_trajectory(one, given.task(one.task_id).hidden if hidden else "") for one in good]
    encoded = [(one.task_id, given.encoder.encode_trajectory(given.system, one)) for one in read]
    data = [Demonstration(sequences, group=task) for task, sequences in encoded if sequences]
    if not data:
        what = f"none of the {len(given.episodes)} episodes succeeded, so that a critic has nothing to imitate"
        raise NothingToLearnError(what, do="Say warm_up = false, or collect more episodes of each task.")
    return train(base, data, SFT(), placed(config, given), out, label="critic, warm-up")
