"""Trains the reader on two processor cores.

    python training/train.py MINILM_FOLDER EXAMPLES.jsonl OUT.pt [--start FILE] [--minutes 60]

MINILM_FOLDER holds model.safetensors and tokenizer.json of all-MiniLM-L6-v2. --start goes on from
weights of an earlier run (.pt, or .npz without the embeddings). The embeddings stay as they are.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from network import NO_TOKEN, Reader, from_minilm
from tokenizers import Tokenizer
from torch import Tensor, nn

TOKENS = 3600
# Halves are emulated, and 25 times slower, where a processor does not know them.
HALVES: bool = torch.ops.mkldnn._is_mkldnn_bf16_supported()
KEPT_BACK = 1000


@dataclass(frozen=True)
class Row:
    ids: list[int]
    types: list[int]
    passage_from: int
    start: int
    end: int
    source: str


def row_of(
    tokenizer: Tokenizer, example: dict[str, Any], rng: random.Random, longest: int
) -> Row | None:
    """The example as tokens; of a long passage a stretch of it, the answer somewhere in it."""
    question = tokenizer.encode(example["question"])
    passage = tokenizer.encode(example["passage"], add_special_tokens=False)
    room = longest - len(question.ids) - 1
    start = end = -1
    if example["start"] >= 0:
        start = next((i for i, (a, b) in enumerate(passage.offsets) if b > example["start"]), -1)
        end = next((i for i, (a, b) in enumerate(passage.offsets) if b >= example["end"]), -1)
        if start < 0 or end < start or end - start >= room:
            return None
    first = 0
    if len(passage.ids) > room:
        lowest = max(0, end - room + 1) if end >= 0 else 0
        highest = min(start, len(passage.ids) - room) if start >= 0 else len(passage.ids) - room
        first = rng.randint(lowest, max(lowest, highest))
    tokens = passage.ids[first : first + room]
    lead = len(question.ids)
    return Row(
        [*question.ids, *tokens, tokenizer.token_to_id("[SEP]")],
        [0] * lead + [1] * (len(tokens) + 1),
        lead,
        start - first + lead if start >= 0 else -1,
        end - first + lead if end >= 0 else -1,
        example["source"],
    )


def batches(rows: list[Row], rng: random.Random) -> list[list[Row]]:
    """All rows in batches of about TOKENS tokens, rows of like length together."""
    order = rng.sample(rows, len(rows))
    found: list[list[Row]] = []
    for at in range(0, len(order), 2048):
        current: list[Row] = []
        for row in sorted(order[at : at + 2048], key=lambda r: len(r.ids)):
            if current and (len(current) + 1) * len(row.ids) > TOKENS:
                found.append(current)
                current = []
            current.append(row)
        found.append(current)
    rng.shuffle(found)
    return found


def tensors(rows: list[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    length = max(len(r.ids) for r in rows)
    ids, types = (torch.zeros(len(rows), length, dtype=torch.long) for _ in range(2))
    mask, passage = (torch.zeros(len(rows), length, dtype=torch.bool) for _ in range(2))
    for at, row in enumerate(rows):
        size = len(row.ids)
        ids[at, :size] = torch.tensor(row.ids)
        types[at, :size] = torch.tensor(row.types)
        mask[at, :size] = True
        passage[at, row.passage_from : size - 1] = True
    return ids, types, mask, passage


def loss_of(reader: Reader, rows: list[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The loss of a batch; then, for counting, the best start, best end and the answer's logit."""
    ids, types, mask, passage = tensors(rows)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALVES):
        start, end, answers = reader(ids, types, mask)
    start, end = (x.float().masked_fill(~passage, NO_TOKEN) for x in (start, end))
    answers = answers.float()
    has = torch.tensor([r.start >= 0 for r in rows])
    loss = nn.functional.binary_cross_entropy_with_logits(answers, has.float())
    if has.any():
        gold = torch.tensor([(r.start, r.end) for r in rows])[has]
        loss = loss + 0.5 * (
            nn.functional.cross_entropy(start[has], gold[:, 0])
            + nn.functional.cross_entropy(end[has], gold[:, 1])
        )
    return loss, start.argmax(1), end.argmax(1), answers


def judged(reader: Reader, rows: list[Row]) -> str:
    """Shares of the kept rows: answerability told rightly, exact span among those with one."""
    told = exact = 0
    reader.eval()
    with torch.no_grad():
        for at in range(0, len(rows), 20):
            part = rows[at : at + 20]
            _, start, end, answers = loss_of(reader, part)
            for n, row in enumerate(part):
                told += (answers[n].item() > 0) == (row.start >= 0)
                exact += row.start >= 0 and (start[n].item(), end[n].item()) == (row.start, row.end)
    reader.train()
    with_answer = sum(r.start >= 0 for r in rows)
    return f"answerable {told / len(rows):.3f}, exact span {exact / with_answer:.3f}"


def load(reader: Reader, path: Path) -> None:
    if path.suffix == ".npz":
        kept = {n: torch.tensor(v).float() for n, v in np.load(path).items()}
    else:
        kept = torch.load(path, weights_only=True)
    unknown = reader.load_state_dict(kept, strict=False).unexpected_keys
    if unknown:
        raise SystemExit(f"{path} has weights that the reader lacks: {unknown[:3]}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("minilm", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--rate-end", type=float, default=0.0, help="as a share of --rate")
    parser.add_argument("--longest", type=int, default=192, help="tokens of an example")
    parser.add_argument("--fixed", type=int, default=0, help="lowest layers that stay as they are")
    parser.add_argument("--dropped", type=float, default=0.1, help="share dropped in training")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    tokenizer = Tokenizer.from_file(str(options.minilm / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    lines = options.examples.read_text().splitlines()
    rows = [r for line in lines if (r := row_of(tokenizer, json.loads(line), rng, options.longest))]
    kept, rows = rows[:KEPT_BACK], rows[KEPT_BACK:]
    reader = from_minilm(options.minilm / "model.safetensors", options.dropped)
    if options.start:
        load(reader, options.start)
    for fixed in (reader.w, reader.p, reader.t, reader.n, *reader.layers[: options.fixed]):
        fixed.requires_grad_(False)
    trained = [p for p in reader.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": 0.01},
            {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
        ],
        lr=options.rate,
        fused=True,
    )
    print(f"{len(rows)} rows; before: {judged(reader, kept)}", flush=True)
    began, step, running = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - began) / (60 * options.minutes)) < 1:
        for batch in batches(rows, rng):
            done = (time.monotonic() - began) / (60 * options.minutes)
            if done >= 1:
                break
            rate = options.rate * (1 - done * (1 - options.rate_end)) * min(1, (step + 1) / 60)
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss, *_ = loss_of(reader, batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            running = 0.98 * running + 0.02 * loss.item()
            step += 1
            if step % 50 == 0:
                at = f"{step} steps, {60 * options.minutes * done:.0f} s"
                told = judged(reader, kept) if step % 300 == 0 else ""
                print(f"{at}: loss {running / (1 - 0.98**step):.3f} {told}", flush=True)
            if step % 300 == 0:
                torch.save(reader.state_dict(), options.out)
    torch.save(reader.state_dict(), options.out)
    print(f"end, {step} steps: {judged(reader, kept)}", flush=True)


if __name__ == "__main__":
    main()
