"""What this project computes faster than torch's own modules is what they compute."""

import copy

import numpy as np
import pytest

from rag_core.embeddings.cpu.bert_reader import BertReader, can_read
from rag_core.embeddings.cpu.fast_linear import is_fast_here, use_fast_linear
from rag_core.embeddings.cpu.window_readers import NetworkReader, reader_of
from rag_core.embeddings.model_files import load_transformer
from rag_core.text.tokenizers.minilm import model_folder
from tests.fakes.made_models import tiny_roberta

TEXT = "Otters hold hands while they sleep, and the bridge of 1932 carries eight lanes of traffic. " * 60


@pytest.fixture(scope="module", autouse=True)
def only_where_it_is_used():
    if not is_fast_here():
        pytest.skip("torch has no oneDNN operators for this processor, so its own modules are used")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {"bert": model_folder(), "roberta": tiny_roberta(tmp_path_factory.mktemp("roberta"), TEXT, unigram=False)}


@pytest.fixture(params=["bert", "roberta"])
def network(request, folders):
    return load_transformer(folders[request.param], "cpu")[0].auto_model


def ids_of(network, windows, tokens):
    import torch

    most = int(network.config.vocab_size)
    return torch.from_numpy(np.random.default_rng(0).integers(5, most, (windows, tokens)))


def read(reader, ids, rows=slice(None)):
    import torch

    with torch.inference_mode():
        return reader(ids, rows).float().numpy()


def cosines(ours, others):
    ours, others = (a.reshape(-1, a.shape[-1]) for a in (ours, others))
    return (ours * others).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(others, axis=1)


@pytest.mark.parametrize(("windows", "tokens"), [(1, 3), (3, 64), (20, 37)])
def test_a_bfloat16_copy_reads_as_torchs_own_modules(network, windows, tokens):
    import torch

    ids = ids_of(network, windows, tokens)
    exact = read(NetworkReader(network), ids)
    ours = read(reader_of(network, "bfloat16"), ids)
    torchs = read(NetworkReader(copy.deepcopy(network).to(torch.bfloat16)), ids)
    for others in (exact, torchs):
        assert cosines(ours, others).min() > 0.99
        assert cosines(ours.mean(axis=1), others.mean(axis=1)).min() > 0.999
    assert np.abs(ours - exact).mean() < 1.2 * np.abs(torchs - exact).mean(), "no less precise than torch's own"


@pytest.mark.parametrize("rows", [slice(0, 1), slice(5, 20), slice(30, 64), slice(None)])
def test_wanted_rows_are_those_of_the_whole(network, rows):
    ids, reader = ids_of(network, 3, 64), BertReader(network)
    whole = read(reader, ids)
    np.testing.assert_allclose(read(reader, ids, rows), whole[:, rows], atol=0.1)
    assert cosines(read(reader, ids, rows), whole[:, rows]).min() > 0.999


@pytest.mark.parametrize("tokens", [1, 7, 64])
def test_fast_linear_layers_in_float32_are_torchs(network, tokens):
    ids = ids_of(network, 5, tokens)
    before = read(NetworkReader(network), ids)
    use_fast_linear(network)
    assert "PackedLinear" in {type(module).__name__ for module in network.modules()}
    after = read(NetworkReader(network), ids)
    np.testing.assert_allclose(after, before, atol=2e-5)
    assert cosines(after, before).min() > 1 - 1e-6


def test_other_networks_are_read_by_their_own_modules(network):
    network.config.model_type = "deberta-v2"
    assert not can_read(network)
    assert isinstance(reader_of(network, "bfloat16"), NetworkReader)


def test_a_layer_that_does_more_than_its_weights_say_is_left_alone(network):
    import torch

    class WithAdapter(torch.nn.Linear):
        def forward(self, rows):
            return super().forward(rows) + 1

    attention = network.encoder.layer[0].attention.self
    adapted = WithAdapter(attention.query.in_features, attention.query.out_features)
    attention.query = adapted
    assert not can_read(network)
    use_fast_linear(network)
    assert attention.query is adapted


def test_another_activation_is_not_taken_for_gelu(network):
    from transformers.activations import ACT2FN

    network.encoder.layer[0].intermediate.intermediate_act_fn = ACT2FN["gelu_new"]
    assert not can_read(network)
    ids = ids_of(network, 2, 9)
    before = read(NetworkReader(network), ids)
    use_fast_linear(network)
    np.testing.assert_allclose(read(NetworkReader(network), ids), before, atol=2e-5)
