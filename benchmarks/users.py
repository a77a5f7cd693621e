"""Simulated users of a chat, in a process of their own: `python -m benchmarks.users FILE`.

FILE holds a plan as JSON; what the users saw is printed as JSON. Each opens the page, then asks,
reads for a while, asks again. Who is told to wait waits as long as told and asks the same again.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

ASK = "/api/ask/stream"
PAGE = ("/", "/config")
READS = (1.0, 3.0)  # seconds between an answer and the next question
PATIENCE = 60.0  # seconds until a user gives up
PROBES = 1.0  # seconds between two looks at the page while the others ask
SEED = 20220617


@dataclass(frozen=True)
class Plan:
    """What the users do. `questions`: bodies of requests."""

    url: str
    users: int
    seconds: float
    questions: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Seen:
    """What came of one request. Times are seconds since it was sent; `status` 0: no answer.

    `polite`: a refusal that says in a sentence, and in seconds, to come back. `fault`: what went
    wrong, as the server or the library names it.
    """

    what: str
    status: int
    first_byte: float
    first_text: float | None = None
    whole: float | None = None
    polite: bool = False
    fault: str = ""


@dataclass
class Reading:
    """The events of an answer, line by line."""

    name: str = ""
    text: bool = False
    done: bool = False
    fault: str = ""

    def take(self, line: str) -> None:
        key, _, value = line.partition(":")
        if key == "event":
            self.name = value.strip()
        elif key == "data":
            self._take_data(value)

    def _take_data(self, value: str) -> None:
        self.text = self.text or self.name in ("delta", "replace")
        self.done = self.done or self.name == "answer"
        if self.name == "error":
            self.fault = str(json.loads(value)["type"])


def is_polite(headers: httpx2.Headers, body: bytes) -> bool:
    """Whether a refusal tells in one plain sentence that one should wait, and how long."""
    try:
        said = json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return False
    sentence = said[:1].isupper() and said.endswith(".") and "\n" not in said
    return bool(sentence and "gain" in said and headers.get("retry-after", "").isdigit())


async def ask(client: httpx2.AsyncClient, question: dict[str, Any]) -> tuple[Seen, float]:
    """What came of a question, and how long the user was told to wait."""
    began = time.perf_counter()
    reading, first_byte, first_text = Reading(), 0.0, None
    try:
        async with client.stream("POST", ASK, json=question) as response:
            first_byte = time.perf_counter() - began
            if response.status_code != 200:
                return await _refused(response, first_byte)
            async for line in response.aiter_lines():
                reading.take(line)
                if reading.text and first_text is None:
                    first_text = time.perf_counter() - began
    except httpx2.HTTPError as error:
        return Seen("ask", 0, first_byte, fault=type(error).__name__), 0.0
    whole = time.perf_counter() - began if reading.done else None
    fault = reading.fault or ("" if reading.done else "broken off")
    return Seen("ask", 200, first_byte, first_text or whole, whole, fault=fault), 0.0


async def _refused(response: httpx2.Response, first_byte: float) -> tuple[Seen, float]:
    body = await response.aread()
    seen = Seen("ask", response.status_code, first_byte, polite=is_polite(response.headers, body))
    return seen, float(response.headers.get("retry-after", "1"))


async def look(client: httpx2.AsyncClient, path: str, what: str) -> Seen:
    """Get a page; its first byte is timed."""
    began = time.perf_counter()
    try:
        async with client.stream("GET", path) as response:
            first_byte = time.perf_counter() - began
            await response.aread()
    except httpx2.HTTPError as error:
        return Seen(what, 0, 0.0, fault=type(error).__name__)
    return Seen(what, response.status_code, first_byte, whole=time.perf_counter() - began)


async def user(plan: Plan, number: int, ends: float) -> AsyncIterator[Seen]:
    """One user, with habits of their own."""
    habits = random.Random(SEED + number)
    await asyncio.sleep(habits.uniform(0, READS[1]))
    async with _client(plan) as client:
        for path in PAGE:
            yield await look(client, path, "page")
        question, wait = habits.choice(plan.questions), habits.uniform(*READS)
        while time.perf_counter() + wait < ends:
            await asyncio.sleep(wait)
            seen, told = await ask(client, question)
            yield seen
            wait = told or habits.uniform(*READS)
            question = question if told else habits.choice(plan.questions)


async def prober(plan: Plan, ends: float) -> AsyncIterator[Seen]:
    """Somebody who opens the page while the others ask, each time anew."""
    while time.perf_counter() < ends:
        await asyncio.sleep(PROBES)
        async with _client(plan) as client:
            yield await look(client, "/", "probe")


async def run(plan: Plan) -> list[Seen]:
    """What all users saw."""
    ends = time.perf_counter() + plan.seconds
    everybody = [prober(plan, ends), *(user(plan, number, ends) for number in range(plan.users))]
    seen = await asyncio.gather(*map(_all, everybody))
    return [each for one in seen for each in one]


async def _all(seeing: AsyncIterator[Seen]) -> list[Seen]:
    return [each async for each in seeing]


def _client(plan: Plan) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=plan.url, timeout=PATIENCE, verify=False, trust_env=False, follow_redirects=False
    )


def main() -> None:
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text("utf-8")))
    seen = asyncio.run(run(plan))
    print(json.dumps({"seen": [asdict(each) for each in seen], "cpu": time.process_time()}))


if __name__ == "__main__":
    main()
