"""The reader's network: MiniLM's six layers, a span head and an "is there an answer" head."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

WIDTH, INNER, HEADS, LAYERS = 384, 1536, 12, 6
NO_TOKEN = -1e4
"""Stands for minus infinity where a token is no word of the passage; half precision holds it."""

UPSTREAM = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "n1": "attention.output.LayerNorm",
    "f1": "intermediate.dense",
    "f2": "output.dense",
    "n2": "output.LayerNorm",
}


class Layer(nn.Module):
    def __init__(self, dropped: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropped)
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.f1, self.f2 = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.n1, self.n2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        rows, length, _ = x.shape
        q, k, v = (
            project(x).view(rows, length, HEADS, -1).transpose(1, 2)
            for project in (self.q, self.k, self.v)
        )
        seen = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.n1(x + self.drop(self.o(seen.transpose(1, 2).reshape(rows, length, WIDTH))))
        return self.n2(x + self.drop(self.f2(nn.functional.gelu(self.f1(x)))))


class Reader(nn.Module):
    """Args: dropped, the share of each layer's output that is dropped while it is trained."""

    def __init__(self, dropped: float = 0.0) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropped)
        self.w = nn.Embedding(30522, WIDTH)
        self.p = nn.Embedding(512, WIDTH)
        self.t = nn.Embedding(2, WIDTH)
        self.n = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropped) for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, 2)
        self.cls = nn.Linear(WIDTH, 1)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of start and end (rows x tokens) and of "the passage answers" (rows).

        Args:
            ids, types: rows x tokens; the question is of type 0, the passage of type 1
            mask: rows x tokens, true where there is a token
        """
        x = self.drop(self.n(self.w(ids) + self.p.weight[: ids.shape[1]] + self.t(types)))
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        start, end = self.head(x).unbind(-1)
        return start, end, self.cls(x[:, 0])[:, 0]


def from_minilm(path: Path, dropped: float = 0.0) -> Reader:
    """A reader with the weights of all-MiniLM-L6-v2 (model.safetensors) and new heads."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    kinds = {"F32": np.float32, "I64": np.int64}
    weights = {
        name: np.frombuffer(
            raw,
            dtype=kinds[at["dtype"]],
            count=int(np.prod(at["shape"])),
            offset=8 + size + at["data_offsets"][0],
        ).reshape(at["shape"])
        for name, at in json.loads(raw[8 : 8 + size]).items()
        if name != "__metadata__"
    }
    names = {
        "w": "embeddings.word_embeddings",
        "p": "embeddings.position_embeddings",
        "t": "embeddings.token_type_embeddings",
        "n": "embeddings.LayerNorm",
    } | {
        f"layers.{n}.{ours}": f"encoder.layer.{n}.{theirs}"
        for n in range(LAYERS)
        for ours, theirs in UPSTREAM.items()
    }
    reader = Reader(dropped)
    state = reader.state_dict()
    for name in state:
        stem, _, part = name.rpartition(".")
        if stem in names:
            state[name] = torch.tensor(weights[f"{names[stem]}.{part}"])
    reader.load_state_dict(state)
    return reader
