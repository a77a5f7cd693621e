// The pages' own behaviour. Texts from the archive are only ever set as textContent.
"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const make = (name, as) => Object.assign(document.createElement(name), as);
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const api = (path) => new URL(`./api/${path}`, document.baseURI).toString();
  const current = () => ($("#dl-shelf nav") || { dataset: {} }).dataset.current || "";

  function say(text) {
    $("#dl-status").textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { $("#dl-status").textContent = ""; }, 4000);
  }

  // A session may end while the page is open, or the chat be stopped: what is asked then would fail
  // without a word.
  const send = window.fetch;
  let underWay = 0; // events that were sent and are not complete
  async function ask(asked) {
    try {
      const answer = await send(...asked);
      if (answer.status === 401) signedOut();
      return answer;
    } catch (error) {
      if (error.name !== "AbortError") lost();
      throw error;
    }
  }
  window.fetch = async (...asked) => {
    const to = `${asked[0].url || asked[0]}`, joins = to.includes("/queue/join"), streams = to.includes("/queue/data?");
    let answer;
    underWay += joins;
    try { answer = await ask(asked); } finally { underWay -= joins && !answer?.ok; }
    return streams && answer.ok ? lasting(asked, answer) : answer;
  };
  // Gradio's server ends the stream of events once nothing is under way. What is sent in that moment
  // would be shown only with what is sent next: then the stream goes on. A stream that ends without a
  // word is told to be over, or Gradio would wait for it for ever.
  function lasting(asked, answer) {
    const open = ({ body }) => body.pipeThrough(new TextDecoderStream()).getReader(), over = '"msg":"close_stream"';
    let reader = open(answer), rest = "", told = false;
    async function pull(shown) {
      for (let passed = false; !passed;) {
        const { done, value = "" } = await reader.read();
        const messages = (rest + value).split("\n\n");
        rest = messages.pop();
        if (done && !told) messages.push(`data: {${over}}`);
        for (const message of messages) {
          if (message.includes('"msg":"process_completed"')) underWay = Math.max(0, underWay - 1);
          if (message.includes(over) && underWay > 0 && !done) {
            const next = await ask(asked).catch(() => null);
            if (next?.ok) { reader = open(next); continue; }
          }
          if (message.includes(over)) { told = true; underWay = 0; }
          shown.enqueue(new TextEncoder().encode(`${message}\n\n`));
          passed = true;
        }
        if (done) return shown.close();
      }
    }
    return new Response(new ReadableStream({ pull, cancel: (why) => reader.cancel(why) }), answer);
  }
  const here = () => location.pathname + location.search;
  const way = (href, textContent) => make("a", { href, textContent });

  function banner(id, ...said) {
    const line = $(`#${id}`) || make("div", { id, className: "dl-banner", role: "alert" });
    line.replaceChildren(...said);
    if (!line.parentNode) document.body.prepend(line);
  }
  const signedOut = () => banner("dl-out", "You are signed out. ",
    way(`./login?next=${encodeURIComponent(here())}`, "Sign in again"));
  function lost() {
    if ($("#dl-lost")) return;
    banner("dl-lost", "The chat does not answer: it was stopped, or cannot be reached.");
    const again = setInterval(() => send(api("health")).then(() => {
      clearInterval(again);
      banner("dl-lost", "The chat answers again. ", way(here(), "Load the page again"));
    }, () => {}), 2000);
  }

  const sourceOf = (link) => document.getElementById(link.getAttribute("href").slice(1));

  // Above or below what it belongs to, within the window.
  function place(box, at) {
    const of = at.getBoundingClientRect(), size = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(of.left, innerWidth - size.width - 8))}px`;
    const below = of.bottom + size.height + 8 < innerHeight; // what stands above may grow upwards
    box.style.top = below ? `${of.bottom + 6}px` : "auto";
    box.style.bottom = below ? "auto" : `${innerHeight - of.top + 6}px`;
  }

  // Under [n], while the pointer or the focus is on it: who says it, and the words.
  function peek(link) {
    $("#dl-card")?.remove();
    const mark = link && sourceOf(link);
    if (!mark) return;
    const card = make("div", { id: "dl-card", className: "dl-card", role: "tooltip" });
    for (const [name, from] of [["strong", ".dl-title"], ["p", ".dl-facts"]])
      card.append(make(name, { textContent: mark.closest(".dl-source").querySelector(from).textContent }));
    card.append(make("mark"));
    card.lastChild.append(...mark.cloneNode(true).childNodes);
    document.body.append(card);
    place(card, link);
  }
  for (const [event, shows] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]])
    document.addEventListener(event, ({ target }) => { if (target.matches?.("a.cite")) peek(shows && target); });

  // The panes at the sides. On a phone they lie over the conversation when they are asked for; on a
  // wide screen they can be folded, and the sources be widened, and stay so.
  const isNarrow = matchMedia("(max-width: 900px)"), root = document.documentElement;
  function kept(key, ...value) {
    try { return value.length ? localStorage.setItem(key, value[0]) : localStorage.getItem(key); } catch { return null; }
  }
  function keepWidth(share) { // of the window; also by the arrow keys on the pane's button
    const width = `${Math.min(60, Math.max(15, Math.round(share)))}%`;
    root.style.setProperty("--dl-sources", width);
    kept("dl-sources", width);
  }
  ["dl-left", "dl-right"].forEach((side) => root.classList.toggle(`${side}-folded`, kept(`${side}-folded`) === "true"));
  root.style.setProperty("--dl-sources", kept("dl-sources") || "30%");
  function unfold(side, open) {
    const folded = `${side}-folded`, hidden = !$("#dl-panel")?.offsetWidth;
    if (!isNarrow.matches) kept(folded, root.classList.toggle(folded, !open));
    else all(".dl-shown").concat($(`#${side}`) || []).forEach((pane) => pane.classList.toggle("dl-shown", open && pane.id === side));
    tellDrawers();
    if (open && hidden) showSources(showSources.last = "");
  }
  const tellDrawers = () => all(".dl-drawer").forEach((drawer) =>
    drawer.setAttribute("aria-expanded", Boolean($(`#${drawer.getAttribute("aria-controls")}`)?.offsetWidth)));
  const closeSheet = () => { if (isNarrow.matches) unfold("dl-right", false); };
  isNarrow.addEventListener("change", () => { all(".dl-shown").forEach((pane) => pane.classList.remove("dl-shown")); tellDrawers(); });
  document.addEventListener("pointerdown", (event) => {
    const pane = event.target;
    if (pane.id !== "dl-right" || isNarrow.matches || !$("#dl-panel") || event.clientX > pane.getBoundingClientRect().left + 12) return;
    event.preventDefault();
    pane.setPointerCapture(event.pointerId);
    pane.onpointermove = ({ clientX }) => keepWidth(100 * (1 - clientX / innerWidth));
    pane.onlostpointercapture = () => { pane.onpointermove = null; };
  });

  // A panel stands beside the button that opens it.
  document.addEventListener("beforetoggle", ({ target: panel, newState }) => {
    if (newState === "open" && panel.popover) requestAnimationFrame(() => place(panel, $(`[popovertarget="${panel.id}"]`)));
  }, true);

  // A chip says what the fields of its panel show, else what the question named.
  const days = () => ["#dl-since input", "#dl-until input", "#dl-as-of input"].map((day) => $(day)?.value || "");
  const outlets = () => all("#dl-publishers .token > span").map((each) => each.textContent.trim());
  function tellChips() {
    const [since, until, asOf] = days();
    const said = { "dl-when": [since && `since ${since}`, until && `until ${until}`].filter(Boolean).join(" "),
      "dl-outlets": outlets().length ? `by ${outlets().join(", ")}` : "", "dl-known": asOf && `as of ${asOf}` };
    all(".dl-chip[data-of]").forEach((chip) => {
      const text = said[chip.dataset.of] || chip.dataset.named, shown = text || chip.dataset.empty;
      chip.classList.toggle("dl-set", Boolean(text));
      $(`#${chip.dataset.of} input`)?.setAttribute("autofocus", ""); // as soon as the panel is open
      if (chip.firstChild.textContent === shown) return;
      chip.firstChild.textContent = shown;
      chip.lastChild.setAttribute("aria-label", `Remove filter: ${shown}`);
    });
    const model = $('[popovertarget="dl-models"]'), pick = $("#dl-pick input");
    const who = `${pick?.value || "Model"}${$("#dl-research input")?.checked ? " · research" : ""}`;
    if (model && model.textContent !== who) model.textContent = who;
  }
  for (const event of ["input", "change", "toggle"]) // the last as a panel closes
    document.addEventListener(event, tellChips, true);

  // [n] leads to its quote in the sources panel.
  function showSource(link) {
    const source = sourceOf(link);
    if (!source) return;
    unfold("dl-right", true);
    peek(null);
    all(".dl-active").forEach((other) => other.classList.remove("dl-active"));
    source.classList.add("dl-active");
    source.scrollIntoView({ behavior: still() ? "auto" : "smooth", block: "nearest" });
    source.focus({ preventScroll: true });
    showSource.last = link.getAttribute("href");
  }

  // The arrows walk the citations, from the one that was shown last, else of the last answer.
  function walk(step) {
    const links = all("#dl-chat a.cite").filter(sourceOf);
    if (!links.length) return;
    const of = (link) => link.getAttribute("href").split("-")[1];
    const latest = links.filter((link) => of(link) === of(links.at(-1)));
    const now = links.findIndex((link) => link.getAttribute("href") === showSource.last);
    showSource(now < 0 ? latest.at(step > 0 ? 0 : -1) : links[(now + step + links.length) % links.length]);
  }

  // What is sent is what the fields show in that moment, be it that one is still being edited. The
  // values come in the order of the page's inputs, those of the filters last.
  window.dlShown = (...sent) => $("#dl-publishers") ? [...sent.slice(0, -7), ...days(), outlets(), ...sent.slice(-3)] : sent;

  const WAITS = "An answer is being written. Esc stops it.";
  const isWorking = () => Boolean($("#dl-question button.stop-button"));

  const focusOn = (...selectors) => selectors.map($).find(Boolean)?.focus();

  async function copyAnswer(format, turn) {
    const answer = await fetch(api(`conversations/${current()}/turns/${turn}?format=${format}`));
    if (!answer.ok) return say("The answer could not be copied.");
    const value = await answer.text();
    if (navigator.clipboard && window.isSecureContext) await navigator.clipboard.writeText(value);
    else { // as on another machine of the net
      const area = make("textarea", { value });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say("Copied, with its citations.");
  }

  async function judge(turn, rating, reason) {
    const answer = await fetch(api(`conversations/${current()}/turns/${turn}/feedback`), {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ rating, reason }),
    });
    say(answer.ok ? "Thank you. Your verdict is kept." : "Your verdict could not be kept.");
    for (const link of answer.ok ? all(`#dl-chat [href="#good-${turn}"], #dl-chat [href="#bad-${turn}"]`) : [])
      link.title = link.textContent = (link.hash === `#${rating}-${turn}` ? "✓ " : "") + link.textContent.replace("✓ ", "");
  }

  // A form of our own, since a reason needs room.
  function askReason(turn) {
    const dialog = make("dialog", { className: "dl-dialog", ariaLabel: "What was wrong with this answer?" });
    dialog.innerHTML = '<form method="dialog"><label>What was wrong with this answer?' +
      '<textarea name="reason" rows="3" maxlength="2000"></textarea></label>' +
      '<button class="dl-plain" value="send">Send</button> <button class="dl-plain" value="no">Cancel</button></form>';
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "send") judge(turn, "bad", dialog.querySelector("textarea").value);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  function act(link) {
    const [, name, turn] = link.getAttribute("href").match(/^#([a-z-]+)-(\d+)$/);
    // What is too far back to be drawn at first: the page is loaded with it.
    if (name === "whole") isWorking() ? say(WAITS) : location.search += "&whole=1";
    else if (name === "good") judge(turn, "good", "");
    else if (name === "bad") askReason(turn);
    else if (name.startsWith("copy-")) copyAnswer(name.slice("copy-".length), turn);
    else location.assign(api(`conversations/${current()}/export?format=${name.slice("export-".length)}`));
    link.closest("details")?.removeAttribute("open");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite, .dl-act, .dl-skip, .dl-drawer, #dl-chat a[href$='/archive'], #dl-buttons [data-act]");
    const asks = link?.matches("[data-act]"); // again, which waits while an answer is written
    if (!link || (asks && !isWorking())) return;
    event.preventDefault();
    if (asks) event.stopImmediatePropagation(), say(WAITS);
    else if (link.matches("a.cite")) showSource(link);
    else if (link.matches(".dl-drawer"))
      unfold(link.getAttribute("aria-controls"), link.getAttribute("aria-expanded") !== "true");
    else if (link.matches(".dl-skip")) focusOn("#dl-question textarea");
    else if (!link.matches(".dl-act")) location.assign(link.href); // not in another tab
    else act(link);
  }, true);

  // "More from this article" is fetched when it is opened.
  document.addEventListener("toggle", async (event) => {
    const box = event.target;
    if (box.matches?.(".dl-menu[open]")) box.scrollIntoView({ block: "nearest" });
    if (!box.matches?.("details.dl-more[open]")) return;
    const whole = box.querySelector(".dl-whole");
    const article = await fetch(api(`articles/${encodeURIComponent(box.dataset.article)}`))
      .then((answer) => answer.ok && answer.json(), () => null);
    const lines = article ? article.text.split(/\n+/) : ["This article is no longer in the archive."];
    whole.replaceChildren(...lines.map((textContent) => make("p", { textContent })));
  }, true);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key === "Escape") {
      if ($(":popover-open")) return; // which closes by it
      closeSheet();
      return (isWorking() ? $("#dl-question button.stop-button") : $("#dl-notice button, .dl-article [data-act=close]"))?.click();
    }
    if (event.key === "/" && event.target.matches?.("#dl-question textarea") && !event.target.value)
      return event.preventDefault(); // it is where "/" leads
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && event.target.matches?.("[aria-controls=dl-right]") && !isNarrow.matches)
      keepWidth(parseFloat(root.style.getPropertyValue("--dl-sources")) - 3 * step);
    else if (event.key === "/" && $("#dl-question textarea")) focusOn("#dl-question textarea");
    else if (step && $("#dl-chat a.cite")) walk(step);
    else return;
    event.preventDefault();
  });

  // The open conversation stands in the address: a reload shows it again, Back the one before.
  function remember() {
    const key = current();
    if (!$("#dl-shelf nav") || remember.last === key) return;
    const first = remember.last === undefined;
    remember.last = key;
    const address = new URL(location.href);
    if (isNarrow.matches) unfold("dl-left", false);
    if (key) address.searchParams.set("conversation", key);
    else address.searchParams.delete("conversation");
    // What was prepared is asked by now, and another conversation is not drawn whole.
    if (!first) ["question", "whole"].forEach((name) => address.searchParams.delete(name));
    if (address.href !== location.href)
      history[first ? "replaceState" : "pushState"](first ? history.state : null, "", address);
  }
  addEventListener("popstate", () => location.reload());

  // Where a region was drawn anew under the focus, it goes to what stands for it now.
  function refocus() {
    const told = window.dlTold;
    if (!told || document.activeElement !== document.body || Date.now() - told.at > 5000) return;
    const places = { "dl-shelf": [".dl-entry[aria-current]", "#dl-new"],
      "dl-view": ["tr[aria-current] .dl-link", ".dl-table .dl-link"], "dl-articles": [".dl-table .dl-link"] };
    const same = told.name && `#${told.region} [data-act="${told.act}"][data-name="${told.name}"]`;
    focusOn(...(same ? [same] : []), ...(places[told.region] || ["#dl-question textarea"]));
  }

  // A new question stands at the top, so that its answer is read from its beginning.
  function showQuestion() {
    const asked = all('#dl-chat [data-testid="user"]'), answer = all('#dl-chat [data-testid="bot"]').at(-1);
    const last = asked.at(-1), box = last?.closest(".bubble-wrap");
    if (!box) { showQuestion.last = showSources.last = ""; return; }
    const end = answer?.getBoundingClientRect().bottom || 0, top = last.getBoundingClientRect().top;
    const room = `${Math.max(0, Math.round(box.clientHeight - Math.max(0, end - top) - 60))}px`;
    $("#dl-chat").style.setProperty("--dl-room", room); // attributes are not observed
    const key = `${current()} ${asked.length} ${last.innerText}`;
    if (showQuestion.last === key) return;
    if (!showQuestion.last && location.search.includes("whole=")) box.scrollTop = 0;
    else box.scrollTop += top - box.getBoundingClientRect().top - 12;
    showQuestion.last = key;
    closeSheet();
    $(":popover-open")?.hidePopover();
  }

  // The sources of the answer in view stand at the top, too.
  function showSources() {
    const top = $("#dl-chat .bubble-wrap")?.getBoundingClientRect().top;
    const inView = all('#dl-chat [data-testid="bot"]').find((answer) => answer.getBoundingClientRect().bottom > top + 80);
    const turn = inView?.querySelector("a.cite, a.dl-act")?.hash.match(/\d+/)[0];
    const sources = $(`#sources-${turn}`), key = sources && `${current()} ${sources.id}`;
    if (!sources || showSources.last === key) return;
    showSources.last = key;
    $("#dl-right").scrollTop += sources.getBoundingClientRect().top - $("#dl-right").getBoundingClientRect().top;
  }
  document.addEventListener("scroll", ({ target }) => { if (target.matches?.("#dl-chat .bubble-wrap")) showSources(); }, true);

  function showOnce(selector, then) {
    const found = $(`${selector}:not([data-seen])`);
    if (found) { found.dataset.seen = "1"; then(found); }
  }

  // What Gradio leaves without a name, or as plain text where the browser knows better.
  function mend() {
    all('.dl-day input:not([type="date"])').forEach((day) => { day.type = "date"; });
    for (const [selector, name] of [[".submit-button", "Send"], [".stop-button", "Stop"],
      ['button[aria-label="common.upload"]', "Add files"]])
      all(selector).forEach((button) => button.setAttribute("aria-label", name));
    all("button.upload-container[aria-label]").filter((button) => button.innerText.trim())
      .forEach((button) => button.removeAttribute("aria-label")); // it names itself
    showOnce(".dl-article", (article) => {
      $("#dl-right").scrollTop = 0;
      article.focus({ preventScroll: true });
    });
    all(".dl-drop:not([popover])").forEach((panel) => { panel.popover = "auto"; });
    showOnce("#dl-articles .dl-none", () => $("#dl-adding")?.showPopover());
    showOnce("#dl-report p", () => $("#dl-adding")?.hidePopover()); // what is told stands beneath
    showOnce(".dl-drawer", tellDrawers);
    showQuestion();
    showSources();
    showOnce(".dl-notice", () => focusOn("#dl-question textarea"));
    tellChips();
    refocus();
    remember();
  }
  new MutationObserver(() => { cancelAnimationFrame(mend.frame); mend.frame = requestAnimationFrame(mend); })
    .observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-current"] });
})();
