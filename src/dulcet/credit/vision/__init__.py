"""A critic with eyes, for pages: a vision-language model with a value head (SWEET-RL, arXiv 2503.15478).

It sees the picture of the page in mind, what was said, and the picture of the page that a message shows.
"""

from dulcet.credit.vision.critic import VisionCritic
from dulcet.credit.vision.training import VisionTraining, train_vision_critic

__all__ = ["VisionCritic", "VisionTraining", "train_vision_critic"]
