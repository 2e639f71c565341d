"""The house model's tokenizer: byte-level BPE learnt from its own dialogues, with a chat template.

The template leaves system messages out: the house model knows one protocol, the one it was raised in, and takes no
instructions. Everything else about it is what any Hugging Face tokenizer folder has.
"""

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PAD, END, USER, ASSISTANT = "<|pad|>", "<|end|>", "<|user|>", "<|assistant|>"
TEMPLATE = (
    "{% for message in messages %}{% if message['role'] != 'system' %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

_NUMBER_WEIGHT = 5000
"""How often each of 0 to 99 is counted on top of the texts, so that each is one token: easy to copy."""


def learn_tokenizer(texts: Iterable[str], vocabulary: int, window: int) -> "PreTrainedTokenizerFast":
    """A tokenizer with `vocabulary` entries for a model with a context window of `window` tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, END, USER, ASSISTANT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    numbers = (f" {number}" * _NUMBER_WEIGHT for number in range(100))
    tokenizer.train_from_iterator(chain(numbers, texts), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[USER, ASSISTANT],
        chat_template=TEMPLATE,
        model_max_length=window,
        padding_side="right",
        clean_up_tokenization_spaces=False,
    )
