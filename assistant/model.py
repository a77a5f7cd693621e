"""Chat models through LangChain: any OpenAI-compatible service, or any that LangChain knows."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.deadline import DeadlineError, limited
from assistant.faults import explain
from assistant.prompts import load_prompt
from assistant.question import Question, Turn, understand
from assistant.results import REFUSAL, Found, Passage, day_in_words, outlet
from assistant.writing import Draft
from ingest.errors import ModelError, SettingError
from ingest.quiet import no_telemetry
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

OPENAI_DEFAULT = "gpt-5-mini"
TURNS = 6  # of the conversation that a follow-up may refer to
TURN_CHARACTERS = 600
STANDALONE_SHARE = 0.25  # of the deadline, for rewriting a follow-up
STANDALONE_CHARACTERS = 500  # a rewritten question that is longer is no question
_LENGTH = ("length", "max_tokens", "MAX_TOKENS")


@dataclass(frozen=True)
class ModelWriter:
    """Writes with a chat model; `deadline` in seconds is for a whole answer."""

    name: str
    model: BaseChatModel
    deadline: float
    secrets: tuple[str, ...] = ()

    def standalone(self, question: str, history: Sequence[Turn]) -> Question:
        """Rewritten by the model; a model that fails or rambles leaves the question as it is."""
        if not any(role == "user" for role, _ in history):
            return understand(question)
        started = time.monotonic()
        chain = load_prompt("standalone") | self.model
        asked = {"history": _conversation(history), "question": question}
        try:
            tokens = self._tokens(chain, asked, lambda _: None, STANDALONE_SHARE * self.deadline)
            text = "".join(tokens).strip().strip('"')
        except (DeadlineError, ModelError):
            text = ""
        usable = 0 < len(text) <= STANDALONE_CHARACTERS and "\n" not in text
        understood = understand(question, text if usable else question)
        return replace(understood, seconds=time.monotonic() - started)

    def write(self, question: Question, found: Found) -> Iterator[Draft]:
        """The model's text as it comes; what ends without a finish reason is marked as cut."""
        chain = load_prompt("answer") | self.model
        asked = {
            "refusal": REFUSAL,
            "passages": numbered(found.passages),
            "question": question.text,
        }
        ends: list[str] = []
        any_text = False
        left = max(1.0, self.deadline - question.seconds)
        try:
            for text in self._tokens(chain, asked, ends.append, left):
                any_text = True
                yield Draft(text)
        except (ModelError, DeadlineError) as error:
            if not any_text:
                raise ModelError(str(error)) from error
            yield Draft("", cut=str(error))
            return
        if not any_text:
            raise ModelError(f"The model {self.name} gave an empty answer. Ask again.")
        if cut := _cut(ends):
            yield Draft("", cut=cut)

    def _tokens(
        self,
        chain: Runnable[dict[str, Any], Any],
        asked: dict[str, str],
        finished: Callable[[str], None],
        seconds: float,
    ) -> Iterator[str]:
        """The texts of the stream within `seconds`; its finish reason goes to `finished`."""
        try:
            for chunk in limited(lambda: chain.stream(asked), seconds):
                if reason := getattr(chunk, "response_metadata", {}).get("finish_reason"):
                    finished(str(reason))
                if text := _text_of(chunk):
                    yield text
        except DeadlineError:
            raise
        except Exception as error:
            raise ModelError(explain(error, self.name, self.secrets)) from error


def load_writer(name: str, settings: Settings) -> ModelWriter:
    """A writer for a name such as "openai:gpt-5-mini", or "gpt-5-mini" for an OpenAI service.

    Raises:
        SettingError: LangChain knows no such model, or its package or key is missing.
    """
    no_telemetry()
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    try:
        from langchain.chat_models import init_chat_model

        full = name if _has_provider(name) or not _openai(settings) else f"openai:{name}"
        model = init_chat_model(full, **_arguments(full, key, settings))
    except Exception as error:
        raise SettingError(
            f"The chat model {name!r} cannot be used: {str(error).splitlines()[0][:200]}. "
            "Set DATELINE_CHAT_MODEL to a name such as openai:gpt-5-mini, or to quoting."
        ) from error
    return ModelWriter(full, model, settings.deadline, (key,) if key else ())


def default_model(settings: Settings) -> str | None:
    """The model of the settings; None for the quoting default.

    With only a base URL the server is asked which model it serves.
    """
    if settings.chat_model:
        return settings.chat_model
    if settings.openai_base_url:
        return f"openai:{_served_model(settings) or OPENAI_DEFAULT}"
    return f"openai:{OPENAI_DEFAULT}" if settings.openai_api_key else None


def numbered(passages: Sequence[Passage]) -> str:
    """The passages as the prompt shows them; text cannot close its own tag."""
    return "\n\n".join(
        f'<passage number="{number}" {_facts(passage)}>\n{_inert(passage.text)}\n</passage>'
        for number, passage in enumerate(passages, start=1)
    )


def _facts(passage: Passage) -> str:
    article = passage.article
    facts = {
        "headline": article.title,
        "publisher": outlet(article),
        "by": article.byline,
        "published": day_in_words(article) or "undated",
        "place": article.dateline,
        "kind": article.kind if article.kind != "news" else None,
    }
    return " ".join(
        f'{name}="{_inert(value).replace(chr(34), chr(39))}"'
        for name, value in facts.items()
        if value
    )


def _inert(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")


def _has_provider(name: str) -> bool:
    """Whether "x:y" starts with a provider of LangChain's; "qwen2.5:7b" is a model with a tag."""
    from langchain.chat_models import base

    return (
        name.partition(":")[0] in getattr(base, "_BUILTIN_PROVIDERS", ("openai",)) and ":" in name
    )


def _openai(settings: Settings) -> bool:
    return bool(settings.openai_base_url or settings.openai_api_key)


def _arguments(name: str, key: str | None, settings: Settings) -> dict[str, Any]:
    if not name.startswith("openai:"):
        return {}
    return {
        "api_key": key or ("none" if settings.openai_base_url else None),
        "base_url": settings.openai_base_url,
        "timeout": settings.deadline,
        "max_retries": 2,
        "stream_usage": not settings.openai_base_url,
        "use_responses_api": False,  # the one interface that every compatible server has
    }


def _served_model(settings: Settings) -> str | None:
    """The first model that the server at the base URL lists."""
    url = f"{str(settings.openai_base_url).rstrip('/')}/models"
    if not url.startswith(("http://", "https://")):
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return str(json.loads(response.read(1_000_000))["data"][0]["id"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _conversation(history: Sequence[Turn]) -> str:
    turns = history[-TURNS:]
    return "\n".join(f"{role}: {' '.join(text.split())[:TURN_CHARACTERS]}" for role, text in turns)


def _text_of(chunk: Any) -> str:
    content = getattr(chunk, "content", chunk)
    if isinstance(content, list):
        parts = (part.get("text", "") if isinstance(part, dict) else part for part in content)
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _cut(ends: Sequence[str]) -> str | None:
    if not ends:
        return "The model's service ended the answer early."
    if ends[-1] in _LENGTH:
        return "The answer reached the model's length limit."
    return "The model's service withheld the rest." if "filter" in ends[-1].lower() else None
