// The stages of the process: dragged, or moved by their own buttons, without asking the server.
// Where a stage stands in the page is its place; the form sends the stages in that order.

const list = document.querySelector(".stages");

addEventListener("DOMContentLoaded", start);
if (document.readyState !== "loading") start();

function start() {
  list.sortable ??= window.Sortable?.create(list, {
    handle: "[data-grip]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160,
    chosenClass: "is-lifted",
  });
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-up], [data-down]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[data-row]");
  const other = "up" in button.dataset ? row.previousElementSibling : row.nextElementSibling;
  if (other) other["up" in button.dataset ? "before" : "after"](row);
  button.focus();
});
