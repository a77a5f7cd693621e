"""Makes what the reader is trained on: a question, a passage, where the answer stands.

    python training/examples.py DATA OUT.jsonl [--near FILE.jsonl ...] [--share 1.0] [--seed 1]

One JSON object a line: {"source", "question", "passage", "start", "end"}; offsets in characters of
the passage, -1 and -1 where the passage does not answer. Beside questions that people wrote so that
a passage nearly answers them, some are made, each a way in which a found passage can disappoint:
  other    another passage that shares the question's rarest words
  cut      the passage without the sentence that answers
  changed  a name, year or number of the question is another one
"""

import argparse
import collections
import gzip
import html
import json
import math
import random
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

NAME_OR_NUMBER = re.compile(r"(?<!^)\b[A-Z][a-z]+(?: [A-Z][a-z]+)*|\b\d+\b")
SENTENCE = re.compile(r"[^.!?]+[.!?]*\s*")
# Reviews and forum posts are far from news, and there are enough of them: a part will do.
SHARE = {"wiki": 0.7, "amazon": 0.25, "reddit": 0.25, "qamr": 0.5, "natural": 1.0, "squad": 1.0}


@dataclass(frozen=True)
class Example:
    source: str
    question: str
    passage: str
    start: int = -1
    end: int = -1

    @property
    def answer(self) -> str:
        return self.passage[self.start : self.end]


def squad(path: Path, source: str) -> list[Example]:
    """The questions of a file in SQuAD's form, each with the answer that most annotators gave."""
    raw = path.read_bytes()
    articles = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)["data"]
    found = []
    for paragraph in (p for article in articles for p in article["paragraphs"]):
        passage = paragraph["context"]
        for asked in paragraph["qas"]:
            given = [(a["text"], a["answer_start"]) for a in asked["answers"]]
            if not given:
                continue
            (text, start), _ = collections.Counter(given).most_common(1)[0]
            if passage[start : start + len(text)] == text:
                found.append(
                    Example(source, asked["question"].strip(), passage, start, start + len(text))
                )
    return found


def squad_page(page: str) -> list[Example]:
    """The questions of one page that shows an article of SQuAD, 1.1 or 2.0, with its answers."""
    found = []
    for part in re.split(r'<div class="para-wrap">', page)[1:]:
        passage = html.unescape(part.split("<pre>", 1)[1].split("</pre>", 1)[0])
        for asked in re.split(r'<div class="qa-wrap"', part)[1:]:
            question = html.unescape(_of_class("question", asked)[0]).strip()
            answers = [html.unescape(a) for a in _of_class("answer", asked)]
            text = collections.Counter(answers).most_common(1)[0][0] if answers else ""
            start = _nearest(passage, text, question) if answers else -1
            if start >= 0 or not answers:
                end = start + len(text) if answers else -1
                found.append(Example("squad", question, passage, start, end))
    return found


def _of_class(name: str, markup: str) -> list[str]:
    return re.findall(rf'class="{name}">(.*?)</', markup, re.DOTALL)


def _nearest(passage: str, answer: str, question: str) -> int:
    """Where the answer stands; of several places the one whose sentence shares most words."""
    asked = set(re.findall(r"\w+", question.lower()))
    shared = {
        at.start(): len(asked & set(re.findall(r"\w+", sentence[0].lower())))
        for sentence in SENTENCE.finditer(passage)
        for at in re.finditer(re.escape(answer), passage)
        if sentence.start() <= at.start() < sentence.end()
    }
    return max(shared, key=lambda start: shared[start], default=-1)


def qamr(path: Path, rng: random.Random) -> list[Example]:
    """The questions of QAMR, each with its sentence among its neighbours of the same text."""
    with gzip.open(path, "rt") as file:
        blocks = [b.strip().split("\n") for b in file.read().split("\n\n")]
    texts: dict[str, list[list[str]]] = collections.defaultdict(list)
    for block in blocks:
        if len(block) > 2:
            texts[block[0].split(":", 1)[1].rsplit(":", 2)[0]].append(block)
    found = []
    for of_text in texts.values():
        for at, (_, sentence, *lines) in enumerate(of_text):
            for line in lines:
                question = line[:50].strip()
                answers = [a.strip() for a in line[50:].split("\t") if a.strip()]
                if not answers or not question:
                    continue
                answer = collections.Counter(answers).most_common(1)[0][0]
                start = sentence.find(answer)
                if start < 0:
                    continue
                before = of_text[max(0, at - rng.randrange(4)) : at]
                after = of_text[at + 1 : at + 1 + rng.randrange(4)]
                lead = "".join(b[1] + " " for b in before)
                passage = lead + sentence + "".join(" " + b[1] for b in after)
                start += len(lead)
                found.append(Example("qamr", question, passage, start, start + len(answer)))
    return found


def natural(path: Path) -> list[Example]:
    """Questions that people typed into a search engine (QED), with the paragraph that answers."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        answers = [a for given in row["original_nq_answers"] for a in given]
        if not answers:
            continue
        best, _ = collections.Counter((a["start"], a["end"]) for a in answers).most_common(1)[0]
        found.append(Example("natural", row["question_text"], row["paragraph_text"], *best))
    return found


class Negatives:
    """Makes of an example one whose passage does not answer."""

    def __init__(self, examples: list[Example], rng: random.Random) -> None:
        self._rng = rng
        self._passages = sorted({e.passage for e in examples})
        words = [set(re.findall(r"\w+", p.lower())) for p in self._passages]
        self._count = collections.Counter(w for ws in words for w in ws)
        self._holding: dict[str, list[int]] = collections.defaultdict(list)
        for at, ws in enumerate(words):
            for word in ws:
                if self._count[word] < len(self._passages) * 0.05:
                    self._holding[word].append(at)
        self._names = [m[0] for e in examples for m in NAME_OR_NUMBER.finditer(e.question)]

    def beside(self, example: Example) -> Example:
        """The example with another passage before or after its own, as articles run on."""
        more = self._rng.choice(self._passages)
        if example.start < 0 or example.answer.lower() in more.lower():
            return example
        if self._rng.random() < 0.5:
            return replace(example, passage=f"{example.passage} {more}")
        shift = len(more) + 1
        return replace(
            example, passage=f"{more} {example.passage}", start=example.start + shift,
            end=example.end + shift,
        )  # fmt: skip

    def other(self, example: Example) -> Example | None:
        scores: collections.Counter[int] = collections.Counter()
        for word in set(re.findall(r"\w+", example.question.lower())):
            for at in self._holding.get(word, ())[:3000]:
                scores[at] += math.log(len(self._passages) / self._count[word])
        answer = example.answer.lower()
        near = [
            self._passages[at]
            for at, _ in scores.most_common(8)
            if answer not in self._passages[at].lower()
        ]
        passage = self._rng.choice(near[:3] or self._passages)
        if passage == example.passage:
            return None
        return replace(example, source="other", passage=passage, start=-1, end=-1)

    def cut(self, example: Example) -> Example | None:
        spans = [m.span() for m in SENTENCE.finditer(example.passage)]
        kept = "".join(
            example.passage[a:b] for a, b in spans if not a < example.end or not example.start < b
        )
        if len(kept) < 40 or example.answer.lower() in kept.lower():
            return None
        return replace(example, source="cut", passage=kept, start=-1, end=-1)

    def changed(self, example: Example) -> Example | None:
        marks = list(NAME_OR_NUMBER.finditer(example.question))
        if not marks:
            return None
        old = self._rng.choice(marks)
        number = old[0][0].isdigit()
        new = next(
            n for n in iter(lambda: self._rng.choice(self._names), "") if n[0].isdigit() == number
        )
        if new.lower() in example.passage.lower():
            return None
        question = example.question[: old.start()] + new + example.question[old.end() :]
        return replace(example, source="changed", question=question, start=-1, end=-1)


def typed(question: str, rng: random.Random) -> str:
    """The question as a person in a hurry types it: now and then without its mark."""
    return question.rstrip("?") if rng.random() < 0.25 else question


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--near", type=Path, nargs="*", default=[], help="of news: all are taken")
    parser.add_argument("--share", type=float, default=1.0, help="of all but the near ones")
    parser.add_argument("--longer", type=float, default=0.0, help="share that gets more text")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    examples = squad(options.folder / "squadshifts_new_wiki.json.gz", "wiki")
    for name in ("amazon", "reddit"):
        path = next(options.folder.glob(f"squadshifts_{name}*.json.gz"))
        examples += squad(path, name)
    for name in ("dev", "test"):
        examples += qamr(options.folder / f"qamr_{name}.tsv.gz", rng)
    if (path := options.folder / "qed-dev.jsonlines").exists():
        examples += natural(path)
    for path in sorted((options.folder / "squad").glob("*.html")):
        examples += squad_page(path.read_text("utf-8"))
    examples = [e for e in examples if rng.random() < SHARE[e.source] * options.share]
    examples = list({(e.question, e.passage): e for e in examples}.values())
    for path in options.near:
        examples += [Example(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    negatives = Negatives(examples, rng)
    made = []
    for example in (e for e in examples if e.start >= 0):
        how = rng.choices(
            (negatives.other, negatives.cut, negatives.changed, None), (0.3, 0.3, 0.15, 0.25)
        )[0]
        made.append(how(example) if how else None)
    every = [negatives.beside(e) if rng.random() < options.longer else e for e in examples]
    every += [e for e in made if e]
    rng.shuffle(every)
    with options.out.open("w") as out:
        for example in every:
            row = asdict(replace(example, question=typed(example.question, rng)))
            out.write(json.dumps(row) + "\n")
    print(len(every), dict(collections.Counter(e.source for e in every)))


if __name__ == "__main__":
    main()
