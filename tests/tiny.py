"""A tiny random Llama with a tokenizer and a chat template, built in a second: the real thing but for the size."""

from pathlib import Path

SENTENCES = [
    "Please write a function approve(age, country) that says whether the person may join.",
    "Should the answer be a string or a boolean, and what is the threshold for the age?",
    "I WANT TO ANSWER: def approve(age, country):\n    if age >= 18 and country == 'DE':\n        return True",
    "OUTPUT: What happens when the list is empty? The function does not say. I don't know.",
    "for item in items:\n    total += item.price * 0.9 if total > 100 else item.price",
    "0 1 2 3 4 5 6 7 8 9 10 12 15 20 25 50 100 250 1000",
]

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_tiny_tokenizer(folder: Path, vocab: int = 320) -> None:
    """Save a byte-level BPE tokenizer (any text goes through it unchanged) with a ChatML-like template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<pad>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<|im_end|>")
    fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)


def make_tiny_llama(
    folder: Path,
    *,
    hidden: int = 32,
    layers: int = 2,
    heads: int = 4,
    kv_heads: int = 2,
    vocab: int = 320,
    window: int = 512,
    seed: int = 0,
    spread: float = 0.02,
) -> Path:
    """Save a random LlamaForCausalLM and its tokenizer into `folder`; returns `folder`.

    `spread` is the standard deviation of its weights: at 0.02 it repeats itself, at 0.3 each word hangs on all before.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    make_tiny_tokenizer(folder, vocab)
    config = LlamaConfig(
        vocab_size=vocab,
        hidden_size=hidden,
        intermediate_size=3 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        max_position_embeddings=window,
        tie_word_embeddings=True,
        initializer_range=spread,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=2,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    return folder
