"""The whole of SWEET-RL (arXiv 2503.15478) in one script, to be read from top to bottom.

A language model of a million parameters talks with a person who wants a Python function and keeps its rules to
themselves until asked. From its own conversations alone the model learns to ask better and to write what it was told:

    1. talk          several episodes of each training task, graded by hidden tests
    2. critic        trained on pairs of episodes, better against worse; it sees the hidden function
    3. candidates    sixteen messages for each turn of those episodes, scored by the critic
    4. policy        trained by DPO on pairs of single messages, upper half against lower; it never sees the function
    5. measure       on held-out tasks, before and after, with 95 % intervals

Everything that SWEET-RL is stands in this file. From dulcet come what is around it: tasks, the scripted person, the
parser of the answer marker, the sandbox in which answers are run (never run them in your own process), and the sampler.

What was left out, and where dulcet has it: thoughts that are dropped from the history (`training/encoding.py`), large
models, LoRA, checkpoints (`training/trainer.py`), computing the history of sixteen candidates once instead of sixteen
times (`credit/scoring.py`), and a check of every reply for leaks (`humans/guard.py`). `dulcet reproduce` is the same
experiment with all of these, with baselines and a report.

How to run it, in about two minutes on two cores (a GPU is used where there is one):

    python examples/sweet_in_one_file.py [--train-tasks 400 --test-tasks 600 --turns 1500 --seed 1]

Tensor names end in their axes: B row, T token, V vocabulary, K turn, N candidate.
"""

import argparse
import asyncio
import copy
import math
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.humans.scripted import ScriptedHuman
from dulcet.models.base import Sampling
from dulcet.models.house_model import house_path
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.models.local import LocalModel
from dulcet.models.runtime import prepare_torch
from dulcet.protocol import parse
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message

torch = prepare_torch()  # before anything else uses it: sets up threads and memory
F, Tensor = torch.nn.functional, torch.Tensor

MAX_TURNS, MAX_REPLY = 10, 400  # messages of the agent in one episode; characters of one reply of the person
SAMPLING = Sampling(temperature=1.0, max_tokens=160)
CANDIDATES, PAIRS_PER_TURN = 16, 4
CRITIC = {"lr": 3e-4, "epochs": 2, "batch": 16}
POLICY = {"lr": 5e-4, "epochs": 1, "batch": 32}
CRITIC_BETA, POLICY_BETA, POLICY_NLL = 1.0, 0.5, 1.0


# ------------------------------------------------------------------------------------------------------ 1. talk
@dataclass
class Episode:
    """One conversation: user and assistant in turn; the first message is the person's request."""

    task: Task
    messages: list[Message]
    answer: str | None  # None where the agent gave none, or was cut off
    reward: float = 0.0  # share of the hidden tests that the answer passes


async def talk(model: LocalModel, task: Task, seed: int) -> Episode:
    """One episode. The agent sees `task.prompt` and what it is told; only the person reads `task.hidden`."""
    person, messages = ScriptedHuman(), [Message(role="user", content=task.prompt)]
    for turn in range(MAX_TURNS):
        (drawn,) = await model.sample(messages, SAMPLING, seed=derive(seed, task.id, turn))
        messages.append(Message(role="assistant", content=drawn.text))
        if drawn.finish != "stop":  # cut off in the middle of something: there is no answer
            break
        said = parse(drawn.text, last=turn + 1 == MAX_TURNS)  # "I WANT TO ANSWER:" ends it, and so does the last turn
        if said.answer is not None or not said.content:
            return Episode(task, messages, said.answer)
        messages.append(Message(role="user", content=person.answer(task, messages)[:MAX_REPLY]))
    return Episode(task, messages, None)


async def play(folder: Path, tasks: list[Task], episodes: int, seed: int, grader: Grader) -> list[Episode]:
    """`episodes` conversations about each task, all at once, and what their answers are worth."""
    model = LocalModel(folder)
    played = await asyncio.gather(*(talk(model, task, derive(seed, e)) for task in tasks for e in range(episodes)))
    await model.close()
    answered = [episode for episode in played if episode.answer]
    grades = grader.grade_many([(episode.task, episode.answer) for episode in answered])
    for episode, grade in zip(answered, grades, strict=True):
        episode.reward = grade.tests_passed
    return played


# ------------------------------------------------------------------------------------- tokens and log-probabilities
Row = tuple[list[int], list[int]]  # token ids; of which of the agent's turns each token is part (0: not the agent's)


def encode(tokenizer: Any, messages: list[Message], *, last_only: bool = False) -> Row:
    """The agent's turns are numbered 1, 2, …, their end tokens included; with `last_only` the last alone is turn 1."""
    ids, turns = [], []
    for at, message in enumerate(messages):
        if message["role"] == "assistant" and (at + 1 == len(messages) or not last_only):
            text = tokenizer.apply_chat_template(messages[:at], tokenize=False, add_generation_prompt=True)
            prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
            reply = [*tokenizer(message["content"], add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
            assert prompt[: len(ids)] == ids, "this chat template rewrites earlier turns"
            turns += [0] * (len(prompt) - len(ids)) + [max(turns, default=0) + 1] * len(reply)
            ids = prompt + reply
    return ids, turns


def privileged(messages: list[Message], hidden: str) -> list[Message]:
    """The conversation as the critic reads it: the hidden function stands in front of the request."""
    return [Message(role="user", content=f"{hidden}\n\n{messages[0]['content']}"), *messages[1:]]


def padded(rows: list[Row], device: Any) -> tuple[Tensor, Tensor]:
    """ids_BT and turn_BT. Padding comes last, where a causal model's earlier tokens cannot see it."""
    longest = max(len(ids) for ids, _ in rows)
    both = [[some + [0] * (longest - len(some)) for some in row] for row in rows]
    return torch.tensor(both, device=device).unbind(1)


def log_probabilities(model: Any, ids_BT: Tensor) -> Tensor:
    """The log of pi(token | the tokens before it), in nats; 0 for the first token, which nothing predicts."""
    logits_BTV = model(input_ids=ids_BT, use_cache=False).logits[:, :-1].float()
    return F.pad(-F.cross_entropy(logits_BTV.transpose(1, 2), ids_BT[:, 1:], reduction="none"), (1, 0))


def sum_by_turn(value_BT: Tensor, turn_BT: Tensor) -> Tensor:
    """Sums over the tokens of each of the agent's turns (axis K); what is not the agent's is left out."""
    sums = value_BT.new_zeros(len(value_BT), int(turn_BT.max()) + 1)
    return sums.scatter_add(1, turn_BT, value_BT)[:, 1:]


def mean_by_turn(value_BT: Tensor, turn_BT: Tensor) -> Tensor:
    """Means over the tokens of each turn (axis K); 0 for turns that a row does not have."""
    return sum_by_turn(value_BT, turn_BT) / sum_by_turn(torch.ones_like(value_BT), turn_BT).clamp(min=1)


# ---------------------------------------------------------------------------------------------------- 2. critic
def critic_loss(logp_BT: Tensor, reference_BT: Tensor, turn_BT: Tensor) -> Tensor:
    """Bradley-Terry: the better episode's score is to be higher (section 4.2, J_A).

    An episode's score sums A(turn) over its turns: the mean over the turn's tokens of log pi - log pi_ref. So what is
    learnt from whole episodes is the advantage of single turns. The first half of the rows is better, the second worse.
    """
    score_B = mean_by_turn(logp_BT - reference_BT, turn_BT).sum(-1)
    better_B, worse_B = score_B.chunk(2)
    return -F.logsigmoid(CRITIC_BETA * (better_B - worse_B)).mean()


def episode_pairs(tokenizer: Any, episodes: list[Episode]) -> list[tuple[Row, Row]]:
    """The best episode of each task against every worse one, hidden function in the prompt."""
    pairs = []
    for hidden in dict.fromkeys(episode.task.hidden for episode in episodes):
        runs = sorted((e for e in episodes if e.task.hidden == hidden), key=lambda run: run.reward, reverse=True)
        rows = [encode(tokenizer, privileged(run.messages, hidden)) for run in runs]
        pairs += [(rows[0], row) for row, run in zip(rows, runs, strict=True) if run.reward < runs[0].reward]
    return pairs


# ------------------------------------------------------------------------------------------------ 3. candidates
async def draw(folder: Path, histories: list[list[Message]], seed: int) -> list[list[str]]:
    """Sixteen messages for each history, from the model that the episodes are from; it does not see the function."""
    model = LocalModel(folder)
    asked = (model.sample(h, SAMPLING, seed=derive(seed, number), n=CANDIDATES) for number, h in enumerate(histories))
    drawn = await asyncio.gather(*asked)
    await model.close()
    return [[one.text for one in some if one.finish == "stop"] for some in drawn]


@torch.inference_mode()
def advantages(
    critic: Any, reference: Any, tokenizer: Any, history: list[Message], hidden: str, candidates: list[str]
) -> list[float]:
    """A(candidate): the mean over its tokens of the critic's log-ratio; both networks see the hidden function."""
    shown, unique = privileged(history, hidden), list(dict.fromkeys(candidates))
    said = [[*shown, Message(role="assistant", content=text)] for text in unique]
    ids_BT, turn_BT = padded([encode(tokenizer, messages, last_only=True) for messages in said], critic.device)
    ratio_BT = log_probabilities(critic, ids_BT) - log_probabilities(reference, ids_BT)
    found = dict(zip(unique, mean_by_turn(ratio_BT, turn_BT)[:, 0].tolist(), strict=True))
    return [found[text] for text in candidates]


# ---------------------------------------------------------------------------------------------------- 4. policy
def step_dpo_loss(logp_BT: Tensor, reference_BT: Tensor, turn_BT: Tensor) -> Tensor:
    """DPO on single messages, with the NLL of the chosen one so that it does not become unlikely (J_pi, Table 5)."""
    chosen_B, rejected_B = sum_by_turn(logp_BT - reference_BT, turn_BT)[:, 0].chunk(2)
    nll_B = -mean_by_turn(logp_BT, turn_BT)[:, 0].chunk(2)[0]
    return (-F.logsigmoid(POLICY_BETA * (chosen_B - rejected_B)) + POLICY_NLL * nll_B).mean()


def message_pairs(
    tokenizer: Any, history: list[Message], candidates: list[str], advantages_N: list[float], dice: random.Random
) -> list[tuple[Row, Row]]:
    """Random candidates of the upper half against random ones of the lower, after one history; no hidden function."""
    order = [text for _, text in sorted(zip(advantages_N, candidates, strict=True), reverse=True)]
    upper, lower = order[: len(order) // 2], order[len(order) // 2 :]
    drawn = {(dice.choice(upper), dice.choice(lower)) for _ in range(PAIRS_PER_TURN if upper else 0)}
    row = {t: encode(tokenizer, [*history, Message(role="assistant", content=t)], last_only=True) for t in order}
    return [(row[chosen], row[rejected]) for chosen, rejected in sorted(drawn) if chosen != rejected]


def train(base: Any, pairs: list[tuple[Row, Row]], loss: Callable, dice: random.Random, how: dict[str, Any]) -> Any:
    """A trained copy of `base`; `base` itself is the reference. AdamW, warm-up, cosine; forward passes in bfloat16."""
    model, batch = copy.deepcopy(base).train(), how["batch"]
    optimiser = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.95), weight_decay=0.0)
    steps = max(2, how["epochs"] * math.ceil(len(pairs) / batch))
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, how["lr"], steps, pct_start=0.05, cycle_momentum=False)
    for _ in range(how["epochs"]):
        dice.shuffle(pairs)
        for start in range(0, len(pairs), batch):
            chosen, rejected = zip(*pairs[start : start + batch], strict=True)
            ids_BT, turn_BT = padded([*chosen, *rejected], base.device)
            with torch.autocast(base.device.type, torch.bfloat16):
                logp_BT = log_probabilities(model, ids_BT)
                with torch.no_grad():
                    reference_BT = log_probabilities(base, ids_BT)
            loss(logp_BT, reference_BT, turn_BT).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            rate.step()
            optimiser.zero_grad()
    return model.eval()


# --------------------------------------------------------------------------------------------------- 5. measure
def interval(values: list[float]) -> tuple[float, float, float]:
    """The mean and its 95 % bootstrap interval; a value is a task's, so tasks are what is drawn again."""
    means = sorted(sum(random.Random(i).choices(values, k=len(values))) / len(values) for i in range(2000))
    return sum(values) / len(values), means[50], means[1949]


def report(before: list[Episode], after: list[Episode]) -> None:
    """One dialogue before and after, and what the whole thing is worth."""
    better = [pair for pair in zip(before, after, strict=True) if pair[0].reward < pair[1].reward]
    print("\nThe same task before and after; the first that went better, so not a typical one:" if better else "")
    for when, episode in zip(("before", "after"), (better or [(before[0], after[0])])[0], strict=True):
        print(f"\n--- {when}: {episode.reward:.0%} of the tests passed")
        for message in episode.messages:
            print(f"{'person' if message['role'] == 'user' else ' agent'}: {message['content']}")
    was, now = ([float(episode.reward == 1) for episode in episodes] for episodes in (before, after))
    gain = interval([b - a for a, b in zip(was, now, strict=True)])
    print()
    for name, (mean, low, high) in {"before": interval(was), "after": interval(now), "difference": gain}.items():
        print(f"{name}: success {mean:.3f}, 95 % interval [{low:.3f}, {high:.3f}]")
    verdict = "Success rose" if gain[1] > 0 else "Success fell" if gain[2] < 0 else "At this size, within the interval"
    print(f"{verdict}: {gain[0]:+.3f} [{gain[1]:+.3f}, {gain[2]:+.3f}] on {len(was)} held-out tasks.")


def main() -> None:
    """All of it, with the sizes that the command line gives."""
    parser = argparse.ArgumentParser(description="SWEET-RL, start to end.")
    for name, value in {"train-tasks": 240, "episodes": 4, "turns": 300, "test-tasks": 300, "seed": 0}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    given, start = parser.parse_args(), time.monotonic()
    folder, seed, dice = house_path(), given.seed, random.Random(given.seed)
    tokenizer, base = load_tokenizer(folder), load_model(folder)

    def say(text: str) -> None:
        print(f"[{time.monotonic() - start:4.0f} s] {text}", flush=True)

    train_tasks = synthesise(given.train_tasks, seed=seed, split="train")
    test_tasks = synthesise(given.test_tasks, seed=seed, split="test")  # none of them is ever trained on
    with Grader() as grader, tempfile.TemporaryDirectory() as trained:
        before = asyncio.run(play(folder, test_tasks, 1, derive(seed, "test"), grader))
        say(f"before: {sum(e.reward == 1 for e in before)} of {len(before)} test tasks solved")
        episodes = asyncio.run(play(folder, train_tasks, given.episodes, derive(seed, "train"), grader))
        pairs = episode_pairs(tokenizer, episodes)
        say(f"{len(episodes)} episodes of {len(train_tasks)} training tasks; {len(pairs)} pairs for the critic")
        critic = train(base, pairs, critic_loss, dice, CRITIC)
        states = [(e, at) for e in episodes for at, one in enumerate(e.messages) if one["role"] == "assistant"]
        states = dice.sample(states, min(given.turns, len(states)))
        drawn = asyncio.run(draw(folder, [e.messages[:at] for e, at in states], derive(seed, "candidates")))
        say(f"critic trained; {CANDIDATES} candidates for each of {len(states)} turns")
        steps = []
        for (episode, at), texts in zip(states, drawn, strict=True):
            history = episode.messages[:at]
            scores = advantages(critic, base, tokenizer, history, episode.task.hidden, texts) if texts else []
            steps += message_pairs(tokenizer, history, texts, scores, dice)
        say(f"candidates scored; {len(steps)} pairs for the policy")
        policy = train(base, steps, step_dpo_loss, dice, POLICY)
        policy.save_pretrained(trained)
        tokenizer.save_pretrained(trained)
        after = asyncio.run(play(Path(trained), test_tasks, 1, derive(seed, "test"), grader))
    say("policy trained and measured")
    report(before, after)


if __name__ == "__main__":
    main()
