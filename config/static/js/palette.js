// Find or do: what somebody types is asked of the server, and the arrows walk through its answer.
// It comes when it is first asked for.

const PAUSE = 120;
const dialog = document.getElementById("palette");
const field = dialog.querySelector("input");
const list = document.getElementById("palette-hits");
const options = () => [...list.querySelectorAll(".hit")];
let turn = 0;
let clock;
let dressed;

export async function open({ dataset }) {
  await (dressed ??= dress(dataset.style));
  if (dialog.open) return;
  dialog.showModal();
  field.select();
  ask();
}

// Its style comes with it, and nothing shows before it is there.
function dress(href) {
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

field.addEventListener("input", () => {
  clearTimeout(clock);
  clock = setTimeout(ask, PAUSE);
});

async function ask() {
  const mine = (turn += 1);
  const address = `${field.form.action}?${new URLSearchParams(new FormData(field.form))}`;
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    // The session has ended: the whole sign-in page came.
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    // Whoever has typed on is not interested any more.
    if (mine === turn) show(text);
  } catch {
    if (mine === turn) fail();
  }
}

function show(text) {
  list.innerHTML = text;
  for (const part of list.querySelectorAll("ul, li, h2")) part.setAttribute("role", "presentation");
  for (const part of list.querySelectorAll("section")) {
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", part.querySelector("h2").textContent);
  }
  for (const [nth, option] of options().entries()) {
    option.id = `hit-${nth}`;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
  }
  expand(options().length > 0);
  choose(0);
}

function fail() {
  const said = document.createElement("p");
  said.textContent = dialog.dataset.offline;
  list.replaceChildren(said);
  expand(false);
  choose(0);
}

function expand(isOpen) {
  field.setAttribute("aria-expanded", isOpen);
  for (const [name, value] of [["role", "listbox"], ["aria-label", list.dataset.label]]) {
    if (isOpen) list.setAttribute(name, value);
    else list.removeAttribute(name);
  }
}

function choose(nth) {
  for (const [each, option] of options().entries()) {
    option.setAttribute("aria-selected", each === nth);
  }
  const chosen = options()[nth];
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
  else field.removeAttribute("aria-activedescendant");
}

field.addEventListener("keydown", (event) => {
  const all = options();
  const here = all.findIndex((each) => each.id === field.getAttribute("aria-activedescendant"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!all.length || event.isComposing || !(step || event.key === "Enter")) return;
  event.preventDefault();
  if (step) choose((here + step + all.length) % all.length);
  else all[here].click();
});

// What is on this very page needs no other one.
list.addEventListener("click", ({ target }) => target.closest(".hit") && dialog.close());
