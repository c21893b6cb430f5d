// What every page can do: speak, show messages for a while, undo, open dialogs.
// Modules do not import each other (names are hashed); they talk by the events say and toast.

const SECONDS = 10;
const AT_MOST = 3;
const byId = (id) => document.getElementById(id);
const on = (name, act) => document.addEventListener(name, act);
const toasts = byId("toasts");
const watched = new WeakSet();

on("say", ({ detail }) => say(detail.text, detail.now));

function say(text, now) {
  const region = byId(now ? "say-now" : "say");
  // A region that gets the same text twice keeps quiet; so it is emptied first.
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 30);
}

on("toast", ({ detail }) => {
  const toast = byId("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = detail.text;
  toast.classList.toggle("bad", Boolean(detail.bad));
  toasts.append(toast);
});

function watch(toast) {
  if (watched.has(toast)) return;
  watched.add(toast);
  say(toast.querySelector("p").textContent);
  let left = SECONDS;
  const clock = setInterval(() => {
    // Whoever is reading it, or on the way to its button, keeps it.
    if (document.hidden || toast.matches(":hover, :focus-within")) return;
    left -= 1;
    if (left > 0) return;
    clearInterval(clock);
    toast.remove();
  }, 1000);
}

function watchAll() {
  const all = [...toasts.querySelectorAll(".toast")];
  all.forEach(watch);
  all.slice(0, -AT_MOST).forEach((toast) => toast.remove());
}

new MutationObserver(watchAll).observe(toasts, { childList: true });
watchAll();

on("click", ({ target }) => {
  target.closest("[data-close]")?.closest(".toast").remove();
  const opener = target.closest("[data-open]");
  if (opener) open(opener.dataset.open);
  if (target.matches("dialog")) target.close();
});

on("click", (event) => {
  const command = event.metaKey || event.ctrlKey || event.shiftKey;
  if (!command && event.target.closest("[data-palette]")) find(event);
});

on("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key === "k") find(event);
});

// The palette comes when it is first asked for; where it does not, its page searches too.
async function find(event) {
  const finder = document.querySelector("[data-palette]");
  if (!finder) return;
  event.preventDefault();
  if (document.querySelector("dialog[open]")) return;
  for (const menu of document.querySelectorAll(":popover-open")) menu.hidePopover();
  const palette = await import(finder.dataset.palette).catch(() => null);
  if (palette) palette.open(finder);
  else location.assign(finder.href);
}

on("keydown", (event) => {
  if (event.target.closest("input, textarea, select")) return;
  const command = event.metaKey || event.ctrlKey;
  if (command && event.key.toLowerCase() === "z") press(event, event.shiftKey ? "redo" : "undo");
  if (event.key === "?" && !document.querySelector("dialog[open]")) open("help");
});

function open(id) {
  for (const menu of document.querySelectorAll(":popover-open")) menu.hidePopover();
  byId(id).showModal();
}

function press(event, which) {
  const last = [...document.querySelectorAll(`[data-${which}]`)].pop();
  if (!last) return;
  event.preventDefault();
  last.click();
}

// When a session has ended, the whole sign-in page comes back: it must not land inside the part
// of the page that asked.
on("htmx:before:response", (event) => {
  const answer = event.detail.ctx.response.raw;
  if (!answer.redirected) return;
  event.preventDefault();
  location.assign(answer.url);
});

on("htmx:response:error", ({ detail: { ctx } }) => {
  // 409 and 422 bring their own message.
  if (![409, 422].includes(ctx.response.status)) failed(ctx, "failed");
});

on("htmx:error", ({ detail: { ctx } }) => {
  // Only the network: a mistake in a swap is not for the person to hear about.
  if (ctx && !ctx.response) failed(ctx, "offline");
});

function failed(ctx, how) {
  // What only reads tries again by itself.
  if (ctx.request.method === "GET") return;
  const place = ctx.sourceElement.closest(`[data-${how}]`) ?? toasts;
  const detail = { text: place.dataset[how], bad: true };
  document.dispatchEvent(new CustomEvent("toast", { detail }));
}
