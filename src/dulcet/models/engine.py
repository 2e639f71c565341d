"""Continuous batching: many conversations continued at once, each joining and leaving between two tokens.

A job's prompt is read once and its keys and values copied to a row for each of its continuations. Rows at work are
always the first ones, so a step works on views. On a CPU in float32 a row's numbers do not depend, to the last bit,
on its neighbours: matrix products are invariant to the number of rows in multiples of 16 (idle rows fill up),
attention is the plain one, and only prompts of one padded length are read together.

Import it after `prepare_torch`.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from dulcet.models.attention import NAME
from dulcet.models.sampler import draw, uniforms
from dulcet.models.slot_cache import SlotCache

ALIGN = 16  # rows and prompt lengths come in multiples of this
KEY_ALIGN = 32  # key positions of a step come in multiples of this
BLOCK = 32  # rows at work that attend to equally many key positions
PROMPT_TOKENS = 4096  # most prompt tokens read in one pass, padding included, unless one prompt alone is longer
PROMPT_CHUNK = 512  # a longer prompt is read in pieces of this many tokens, which bounds the attention's memory


@dataclass(eq=False)
class Job:
    """One prompt and its continuations, one for each seed."""

    prompt: list[int]
    """At least one token; `len(prompt) + budget` fits the window."""
    seeds: list[int]
    temperature: float
    top_p: float
    budget: int
    """Most tokens of one continuation, at least 1."""
    owner: Any = None
    """Whose job it is, for whoever added it."""
    cancelled: bool = False
    texts: dict[int, tuple[list[int], Literal["stop", "length"]]] = field(default_factory=dict)
    """By the index of the seed: the tokens written, end token included, and why they end."""

    @property
    def done(self) -> bool:
        """Whether all continuations are written."""
        return len(self.texts) == len(self.seeds)


class Engine:
    """Runs jobs on one model. Not safe for threads: one thread owns it, and calls `add` and `step` inside no_grad."""

    def __init__(self, model: Any, ends: NDArray[np.int64], window: int, slots: int) -> None:
        self.model, self.ends, self.window = model, ends, window
        self.slots = round_up(slots, ALIGN)
        self.device = model.device
        self.waiting: deque[Job] = deque()
        self.owners: list[tuple[Job, int]] = []
        """Of each row at work: its job and the index of its seed."""
        self._reset_rows()

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.owners or self.waiting)

    def add(self, job: Job) -> None:
        """Queue a job of at most `slots` continuations."""
        self.waiting.append(job)

    def abort(self) -> list[Job]:
        """Forget everything, e.g. after an error; returns the jobs that were not finished."""
        jobs = list({id(job): job for job, _ in self.owners}.values()) + list(self.waiting)
        self.waiting.clear()
        self.owners.clear()
        self._reset_rows()
        return jobs

    def step(self) -> list[Job]:
        """Admit waiting jobs, write one token in every row at work; returns the jobs that are done now."""
        self._drop_cancelled()
        self._admit()
        if not self.owners:
            return []
        token_B = self._next_tokens()
        n = len(self.owners)
        self.written[np.arange(n), self.counts[:n]] = token_B[:n]
        self.counts[:n] += 1
        self.lengths[:n] += 1
        self.tokens[:n] = token_B[:n]
        stopped = np.isin(token_B[:n], self.ends)
        leaving = np.flatnonzero(stopped | (self.counts[:n] >= self.budgets[:n])).tolist()
        for row in leaving:
            job, index = self.owners[row]
            job.texts[index] = (self.written[row, : self.counts[row]].tolist(), "stop" if stopped[row] else "length")
        done = [job for job in dict.fromkeys(self.owners[row][0] for row in leaving) if job.done]
        self._remove(leaving)
        return done

    def _next_tokens(self) -> NDArray[np.int64]:
        """One forward pass over the rows at work and the idle ones that fill up; the token drawn for each [B]."""
        B = round_up(len(self.owners), ALIGN)
        blocks = self._blocks(B)
        L = max(keys for _, _, keys in blocks)
        position_B = self._tensor(self.lengths[:B])
        self.cache.begin_step(position_B, L)
        seen_BL = torch.arange(L, device=self.device) <= position_B[:, None]
        logits_BV = self.model(
            input_ids=self._tensor(self.tokens[:B])[:, None],
            position_ids=position_B[:, None],
            attention_mask=self._additive(seen_BL)[:, None, None],
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
            **({"row_blocks": blocks} if self.takes_blocks else {}),
        ).logits[:, -1]
        token_B = draw(
            logits_BV,
            self._tensor(self.temperatures[:B]),
            self._tensor(self.uniforms[np.arange(B), self.counts[:B]]),
            top_p_B=self._tensor(self.top_ps[:B]) if (self.top_ps[:B] < 1).any() else None,
            any_greedy=bool((self.temperatures[:B] == 0).any()),
        )
        return np.asarray(token_B.cpu().numpy(), dtype=np.int64)

    def _blocks(self, B: int) -> list[tuple[int, int, int]]:
        """The rows at work in blocks: (first row, row after the last, key positions they need)."""
        if not self.takes_blocks:
            return [(0, B, round_up(int(self.lengths[:B].max()) + 1, KEY_ALIGN))]
        starts = range(0, B, BLOCK)
        ends = [min(start + BLOCK, B) for start in starts]
        needs = [round_up(int(self.lengths[a:b].max()) + 1, KEY_ALIGN) for a, b in zip(starts, ends, strict=True)]
        return list(zip(starts, ends, needs, strict=True))

    def _admit(self) -> None:
        """Give waiting jobs their rows, first come first served, as long as there are enough."""
        free, admitted = self.slots - len(self.owners), []
        while self.waiting and len(self.waiting[0].seeds) <= free:
            admitted.append(self.waiting.popleft())
            free -= len(admitted[-1].seeds)
        admitted.sort(key=lambda job: (padded(job), job.prompt))
        prompts: dict[int, list[list[slice]]] = {}  # by padded length: the rows of each different prompt
        for prompt, jobs in groupby(admitted, key=lambda job: job.prompt):
            rows = [self._place(job) for job in jobs]
            prompts.setdefault(round_up(len(prompt) - 1, ALIGN), []).append(rows)
        for length, group in prompts.items():
            size = max(1, PROMPT_TOKENS // max(length, 1))
            for start in range(0, len(group) if length else 0, size):
                self._read_prompts(group[start : start + size], length)

    def _place(self, job: Job) -> slice:
        rows = slice(len(self.owners), len(self.owners) + len(job.seeds))
        # The last token of the prompt is not read with it but in the first step, which needs its logits anyway.
        self.lengths[rows] = len(job.prompt) - 1
        self.tokens[rows] = job.prompt[-1]
        self.counts[rows] = 0
        self.budgets[rows] = job.budget
        self.temperatures[rows] = job.temperature
        self.top_ps[rows] = job.top_p
        self._reserve_columns(job.budget)
        for index, seed in enumerate(job.seeds):
            self.uniforms[rows.start + index, : job.budget] = uniforms(seed, job.budget)
            self.owners.append((job, index))
        return rows

    def _read_prompts(self, places: list[list[slice]], length: int) -> None:
        """Compute the keys and values of prompts padded to `length` and store each in all the rows that begin with it.

        The last token of a prompt is left out.
        """
        prompts = [self.owners[rows[0].start][0].prompt[:-1] for rows in places]
        ids_BT = np.zeros((len(prompts), length), dtype=np.int64)
        for index, prompt in enumerate(prompts):
            ids_BT[index, : len(prompt)] = prompt
        self.cache.begin_prompts()
        for start in range(0, length, PROMPT_CHUNK):
            end = min(start + PROMPT_CHUNK, length)
            position_T = torch.arange(start, end, device=self.device)
            seen_TL = torch.arange(end, device=self.device) <= position_T[:, None]
            self.decoder(
                input_ids=self._tensor(ids_BT[:, start:end]),
                position_ids=position_T.clamp(max=self.window - 1)[None].expand(
                    len(prompts), -1
                ),  # padding may pass it
                attention_mask=self._additive(seen_TL)[None, None].expand(len(prompts), 1, -1, -1),
                past_key_values=self.cache,
                use_cache=True,
            )
        for index, prompt in enumerate(prompts):
            for rows in places[index]:
                self.cache.store_prompt(index, len(prompt), rows)

    def _remove(self, leaving: list[int]) -> None:
        """Free rows: the last rows at work move into the holes, so that those at work stay the first."""
        if not leaving:
            return
        left = len(self.owners) - len(leaving)
        gone = set(leaving)
        holes = [row for row in leaving if row < left]
        movers = [row for row in range(left, len(self.owners)) if row not in gone]
        if holes:
            self.cache.move(movers, holes, int(self.lengths[movers].max()))
            for state in self._states:
                state[holes] = state[movers]
            for hole, mover in zip(holes, movers, strict=True):
                self.owners[hole] = self.owners[mover]
        for state in (self.lengths, self.tokens, self.counts):
            state[left : len(self.owners)] = 0
        for setting in (self.temperatures, self.top_ps):
            setting[left : len(self.owners)] = 1
        del self.owners[left:]

    def _drop_cancelled(self) -> None:
        if any(job.cancelled for job in self.waiting):
            self.waiting = deque(job for job in self.waiting if not job.cancelled)
        self._remove([row for row, (job, _) in enumerate(self.owners) if job.cancelled])

    def _reset_rows(self) -> None:
        config = self.model.config.get_text_config()
        self.decoder = self.model.get_decoder()
        self.takes_blocks = self.model.config._attn_implementation == NAME
        self.cache = SlotCache(config.num_hidden_layers, self.slots, round_up(self.window, KEY_ALIGN))
        self.lengths = np.zeros(self.slots, dtype=np.int64)  # positions in the cache, the token in `tokens` not yet
        self.tokens = np.zeros(self.slots, dtype=np.int64)  # the token to read next
        self.counts = np.zeros(self.slots, dtype=np.int64)  # tokens written
        self.budgets = np.ones(self.slots, dtype=np.int64)
        self.temperatures = np.ones(self.slots, dtype=np.float32)
        self.top_ps = np.ones(self.slots, dtype=np.float32)
        self.uniforms = np.zeros((self.slots, 0), dtype=np.float32)
        self.written = np.zeros((self.slots, 0), dtype=np.int64)
        self._reserve_columns(64)

    @property
    def _states(self) -> tuple[NDArray[Any], ...]:
        state = (self.lengths, self.tokens, self.counts, self.budgets, self.temperatures, self.top_ps)
        return (*state, self.uniforms, self.written)

    def _reserve_columns(self, budget: int) -> None:
        missing = budget - self.uniforms.shape[1]
        if missing > 0:
            self.uniforms = np.pad(self.uniforms, ((0, 0), (0, missing)))
            self.written = np.pad(self.written, ((0, 0), (0, missing)))

    def _additive(self, seen: torch.Tensor) -> torch.Tensor:
        dtype = self.model.dtype
        return torch.where(seen, torch.zeros((), dtype=dtype), torch.finfo(dtype).min).to(dtype)

    def _tensor(self, array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device)


def round_up(number: int, multiple: int) -> int:
    """The least multiple of `multiple` that is not below `number`."""
    return -(-number // multiple) * multiple


def padded(job: Job) -> int:
    """The length at which a job's prompt is read, its last token left out."""
    return round_up(len(job.prompt) - 1, ALIGN)
