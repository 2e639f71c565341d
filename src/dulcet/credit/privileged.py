"""How the hidden information is shown to a critic: in front of the person's request, in the first user message."""

from collections.abc import Sequence

from dulcet.trajectory import Message, Trajectory


def privileged_prompt(prompt: str, hidden: str) -> str:
    """The person's request with the hidden information in front of it."""
    return f"{hidden}\n\n{prompt}" if hidden else prompt


def privileged(messages: Sequence[Message], hidden: str) -> list[Message]:
    """The conversation as the critic reads it: `o_t` together with the hidden information `c` (SWEET-RL, section 4).

    It goes into the first user message because not every chat template knows a system role. An empty `hidden` leaves
    the conversation as it is: that is the critic without hidden information.
    """
    first = next(number for number, message in enumerate(messages) if message["role"] == "user")
    shown: Message = {"role": "user", "content": privileged_prompt(messages[first]["content"], hidden)}
    return [*messages[:first], shown, *messages[first + 1 :]]


def privileged_trajectory(trajectory: Trajectory, hidden: str) -> Trajectory:
    """The same for a whole episode."""
    return trajectory.model_copy(update={"prompt": privileged_prompt(trajectory.prompt, hidden)})
