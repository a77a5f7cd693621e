// A region of our own: clicks and forms in it become events with what was meant.
function tell(source, more) {
  const { act, name = "", value = "", text = "" } = source.dataset;
  window.dlTold = { region: element.closest("[id^=dl-]")?.id, act, name, at: Date.now() };
  if (act === "view") {
    document.querySelectorAll("tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    source.closest("tr")?.setAttribute("aria-current", "true");
  }
  // To open something else ends what is under way, so it is an event of its own.
  const id = source.closest("[data-id]")?.dataset.id || "";
  trigger(act === "open" ? "select" : "click", { act, name, value, text, id, picked: picked(), ...more });
}
const boxes = () => [...element.querySelectorAll("input[name=pick]")];
const picked = () => boxes().filter((box) => box.checked).map((box) => box.value);
element.addEventListener("click", (event) => {
  if (event.target.dataset.pick) boxes().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.name === "pick") pick(event.target, event.shiftKey);
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  if (button.dataset.sure && !button.classList.contains("dl-sure")) {
    const { textContent, className } = button;
    Object.assign(button, { textContent: button.dataset.sure, className: `${className} dl-sure` });
    button.addEventListener("blur", () => Object.assign(button, { textContent, className }), { once: true });
  } else tell(button, {});
});
// What is redrawn stands in the same boxes, which are of other articles then.
watch("value", () => element.querySelectorAll(":checked").forEach((box) => { box.checked = false; }));
// With Shift, all from the last one that was picked.
function pick(box, all) {
  const from = boxes().indexOf(pick.last), to = boxes().indexOf(box);
  if (all && from >= 0)
    boxes().slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => { each.checked = box.checked; });
  pick.last = box;
}
// Arrows walk the bars, and the rows; with Shift they pick.
element.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const kind = ["[data-walk]", "input[name=pick]", "[data-act=view]"].find((each) => event.target.matches(each));
  if (!step || !kind) return;
  const all = [...element.querySelectorAll(kind)];
  const next = all[all.indexOf(event.target) + step];
  event.preventDefault();
  if (event.shiftKey && next?.name === "pick") next.checked = event.target.checked = true;
  next?.focus();
});
element.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  tell(form, { fields: Object.fromEntries(new FormData(form)) });
});
