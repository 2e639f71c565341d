"""ArCHer's critic (arXiv 2402.19446): what a whole message is worth, learnt from one turn to the next.

It reads what the agent reads, without hidden information, so that it stands where any critic does, at test time too.
"""

from dulcet.credit.utterance.critic import UtteranceCritic
from dulcet.credit.utterance.objective import Played, TemporalDifference
from dulcet.credit.utterance.training import UtteranceStage

__all__ = ["Played", "TemporalDifference", "UtteranceCritic", "UtteranceStage"]
