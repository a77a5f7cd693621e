"""The panel in which the owner of the archive chooses a model: what runs on this machine, or any
OpenAI-compatible service by its address and key; it is tried with a sentence before it is kept.
"""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.web.door.caller import caller_of
from assistant.web.pages.frame import PRIVATE, gr, region
from assistant.web.site import Site
from assistant.web.talk import plain
from assistant.write.models import adopt, running
from assistant.write.quoting import NAME
from assistant.write.service import default_model, served_models
from ingest.errors import SettingError

_OTHERS = "Only who sits at this machine, and signs in nowhere, chooses the model."


def is_owner(request: gr.Request) -> bool:
    """Whether the person at this machine asks, and not somebody whom a proxy on it lets through."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    through = {"x-forwarded-for", "forwarded", "via"} & set(request.headers.keys())
    return caller_of(request).is_local and host in ("127.0.0.1", "localhost", "::1") and not through


def choices(site: Site, own: bool = False) -> list[tuple[str, str]]:
    """The models that a conversation can be answered by: (label, name); "" is the settings' one.
    `own`: with those that its service lists, for the owner."""
    settings = site.service.archive.settings
    now = default_model(settings)
    if not now:
        return [("Answers by quoting", "")]
    listed = served_models(settings) if own and settings.openai_base_url else ()
    names = [(name, name) for name in listed if f"openai:{name}" != now != name]
    return [(now.removeprefix("openai:"), ""), ("quoting", NAME), *names]


class ModelPanel:
    """The parts of the panel, and what its events do. `kept`: the event that a model is kept;
    `parts`: those that `shown` is about."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.kept: Any = None
        self.parts: list[Any] = []

    def build(self) -> tuple[gr.Dropdown, gr.Checkbox]:
        """The panel, in the Blocks that are open; who answers a conversation, and how."""
        models = choices(self._site)
        more = len(models) > 1
        with gr.Column(elem_id="dl-models", elem_classes="dl-drop", visible=more) as panel:
            # A conversation may have been answered by a model that is there no longer.
            pick = gr.Dropdown(
                models, value="", label="This conversation is answered by", elem_id="dl-pick",
                allow_custom_value=True, visible=more,
            )  # fmt: skip
            research = gr.Checkbox(
                label="Research: the model searches by itself", elem_id="dl-research",
                container=False, visible=more,
            )  # fmt: skip
            with gr.Column(visible=False) as setup:
                with gr.Row():
                    look = gr.Button("Look on this machine", size="sm", elem_id="dl-model-look")
                    ask = gr.Button("List the service's models", size="sm", elem_id="dl-model-list")
                name = gr.Dropdown(
                    [NAME], value=NAME, label="Model", allow_custom_value=True,
                    elem_id="dl-model-name",
                )  # fmt: skip
                address = gr.Textbox(
                    label="Address of its service", placeholder="http://127.0.0.1:11434/v1",
                    max_lines=1, elem_id="dl-model-address",
                )  # fmt: skip
                key = gr.Textbox(
                    label="Key, where it wants one", type="password", max_lines=1,
                    elem_id="dl-model-key",
                )  # fmt: skip
                use = gr.Button(
                    "Try and keep", size="sm", variant="primary", elem_id="dl-model-use"
                )
                said = region(elem_id="dl-model-said")
        self.parts = [panel, pick, research, setup]
        look.click(self._look, None, [name, said], **PRIVATE)
        ask.click(self._list, [address, key], [name, said], **PRIVATE)
        self.kept = use.click(self._use, [name, address, key], [key, said, pick], **PRIVATE)
        return pick, research

    def shown(self, request: gr.Request) -> tuple[Any, ...]:
        """What the caller may choose among, and what only the owner may set up."""
        own = is_owner(request)
        found = choices(self._site, own)
        more = len(found) > 1
        panel, research, setup = (gr.update(visible=each) for each in (own or more, more, own))
        return panel, gr.update(choices=found, visible=more), research, setup

    def _look(self, request: gr.Request) -> tuple[Any, str]:
        if not is_owner(request):
            return gr.skip(), _told(_OTHERS)
        found = running()
        names = [(f"{name} – {each.name}", name) for each in found for name in each.models]
        if not names:
            return gr.skip(), _told("No service with models was found on this machine.")
        first, where = names[0][1], ", ".join(f"{each.name} at {each.address}" for each in found)
        return gr.update(choices=[*names, NAME], value=first), _told(f"Found: {where}.")

    def _list(self, request: gr.Request, address: str, key: str) -> tuple[Any, str]:
        if not is_owner(request):
            return gr.skip(), _told(_OTHERS)
        now = self._site.service.archive.settings
        where = address.strip() or now.openai_base_url
        secret = SecretStr(key) if key else (None if address.strip() else now.openai_api_key)
        asked = now.model_copy(update={"openai_base_url": where, "openai_api_key": secret})
        names = served_models(asked)
        if not names:
            return gr.skip(), _told("That service lists no models. Write the model's name.")
        return gr.update(choices=[*names, NAME], value=names[0]), _told(f"{len(names)} models.")

    def _use(self, request: gr.Request, name: str, address: str, key: str) -> tuple[Any, str, Any]:
        assistant = self._site.service.assistant
        try:
            if not is_owner(request):
                raise SettingError(_OTHERS)
            if not (name or "").strip():
                raise SettingError("No model is named. Choose one, or write its name.")
            where = address.strip() or None
            adopted = adopt(assistant.archive.settings, name.strip(), where, key or None)
        except Exception as error:  # the edge: it is told in the panel
            return gr.skip(), _told(plain(error)), gr.skip()
        assistant.use(adopted.settings)
        text = f"Answers come from {name.strip()} from now on."
        if trial := adopted.trial:
            text += f" It says: “{trial.said}” {trial.seconds:.1f} seconds, "
            text += f"{trial.words_a_second:.0f} words a second."
        if adopted.overruled:
            text += " After a restart the environment or dateline.toml says otherwise, and wins."
        return "", _told(text), ""  # what is kept is what the page's conversation has, too


def _told(text: str) -> str:
    return f'<p class="dl-quiet" role="status">{escape(text)}</p>'
