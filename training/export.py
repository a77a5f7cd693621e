"""Writes the trained reader as ONNX with whole-number weights, and its checksum.

    python training/export.py WEIGHTS.pt MINILM_FOLDER OUT_FOLDER

OUT_FOLDER gets reader.onnx, tokenizer.json and SHA256.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from network import NO_TOKEN, Reader, from_minilm
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from train import load


class Exported(nn.Module):
    """Tokens in, natural logarithms of probabilities out, so that use needs no more than numpy."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        start, end, answers = self.reader(ids, types, mask)
        passage = mask & (types == 1)
        start, end = (x.masked_fill(~passage, NO_TOKEN).log_softmax(-1) for x in (start, end))
        return start, end, answers


def main() -> None:
    weights, minilm, out = map(Path, sys.argv[1:4])
    reader = from_minilm(minilm / "model.safetensors")
    load(reader, weights)
    reader.eval()
    shape = (2, 16)
    ids = torch.ones(shape, dtype=torch.long)
    types = torch.tensor([[0] * 6 + [1] * 10] * 2)
    mask = torch.ones(shape, dtype=torch.bool)
    out.mkdir(parents=True, exist_ok=True)
    names, outputs = ["ids", "types", "mask"], ["start", "end", "answers"]
    axes = {name: {0: "rows", 1: "tokens"} for name in (*names, "start", "end")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole.onnx")
        torch.onnx.export(
            Exported(reader), (ids, types, mask), str(whole), input_names=names,
            output_names=outputs, dynamic_axes=axes | {"answers": {0: "rows"}}, opset_version=17,
            dynamo=False,
        )  # fmt: skip
        # Signed weights would overflow on processors without VNNI, and say something else there.
        quantize_dynamic(whole, out / "reader.onnx", weight_type=QuantType.QUInt8, per_channel=True)
    shutil.copy(minilm / "tokenizer.json", out / "tokenizer.json")
    sums = (
        f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("reader.onnx", "tokenizer.json")
    )
    (out / "SHA256").write_text("".join(sums))


if __name__ == "__main__":
    main()
