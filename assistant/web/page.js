// A click on [n] shows its quote in the sources panel.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a.cite");
  if (!link) return;
  event.preventDefault();
  const source = document.getElementById(link.getAttribute("href").slice(1));
  if (!source) return;
  document.querySelectorAll(".dl-active").forEach((other) => other.classList.remove("dl-active"));
  source.classList.add("dl-active");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  source.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
  source.focus({ preventScroll: true });
}, true);
