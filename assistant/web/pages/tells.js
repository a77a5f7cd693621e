// A region of our own: clicks and forms in it become events with what was meant.
function tell(source, more) {
  window.dlTold = { region: element.closest("[id^=dl-]").id, act: source.dataset.act,
    name: source.dataset.name || "", at: Date.now() };
  const item = source.closest("[data-id]");
  // To open something else ends what is under way, so it is an event of its own.
  trigger(source.dataset.act === "open" ? "select" : "click", { act: source.dataset.act, name: source.dataset.name || "",
    value: source.dataset.value || "", text: source.dataset.text || "",
    id: source.dataset.id || (item ? item.dataset.id : ""), picked: picked(), ...more });
}
const picked = () => [...element.querySelectorAll("input[name=pick]:checked")].map((box) => box.value);
element.addEventListener("click", (event) => {
  if (event.target.closest("[data-pick]"))
    element.querySelectorAll("input[name=pick]").forEach((box) => { box.checked = true; });
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  if (button.dataset.needs === "pick" && !picked().length) return;
  if (button.dataset.sure && !button.classList.contains("dl-sure")) {
    button.dataset.first = button.textContent;
    button.textContent = button.dataset.sure;
    button.classList.add("dl-sure");
    button.addEventListener("blur", () => {
      button.textContent = button.dataset.first;
      button.classList.remove("dl-sure");
    }, { once: true });
    return;
  }
  tell(button, {});
});
element.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  tell(form, { fields: Object.fromEntries(new FormData(form)) });
});
