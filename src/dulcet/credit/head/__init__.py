"""Critics that are a value head on a language model's body: the ablations of SWEET-RL's log-ratio (arXiv 2503.15478).

regression: trained on pairs of episodes with the critic's own loss (Table 3). classification: predicts success
(Figure 3a's value function).
"""

from dulcet.credit.head.config import HeadTraining
from dulcet.credit.head.critic import HeadCritic
from dulcet.credit.head.data import GradedTurns, TurnPair
from dulcet.credit.head.training import train_head_critic

__all__ = ["GradedTurns", "HeadCritic", "HeadTraining", "TurnPair", "train_head_critic"]
