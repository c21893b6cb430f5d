// <kring-board>: the cards move by mouse, finger, keyboard and menu. Every move ends the same way:
// the card's own form is filled in and its button pressed; htmx sends it and the server draws.

const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const DROPPED = new Set([" ", "Enter"]);
const READ = ".card__link, .card__title, .step"; // what the filter looks at
const FRESH = new Set([409, 422]); // refused, but the answer holds the newest board

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const between = (low, value, high) => Math.max(low, Math.min(value, high));
const spot = (card) => ({ list: card.parentNode, next: card.nextElementSibling });

class KringBoard extends HTMLElement {
  held = null; // the card in the hand of the keyboard, and where it came from
  dragging = false;
  shifting = false; // a card that changes places loses the focus for a moment
  stale = false; // a redraw was held back
  sent = new Map(); // moves on their way: the request → the card and where it came from
  stops = new Map(); // the one card per column that Tab reaches
  faces = new Set(); // whose cards are shown; nobody chosen shows all

  connectedCallback() {
    this.menu = document.getElementById("move-menu");
    this.writes = "writes" in this.dataset;
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("input", (event) => event.target.type === "search" && this.filter(true));
    this.addEventListener("focusin", ({ target }) => this.stopAt(target.closest(".card")));
    this.addEventListener("focusout", (event) => this.onFocusLeaves(event));
    this.querySelector(".cols").addEventListener("scroll", () => this.markPill(), { passive: true });
    this.listenToHtmx();
    if (this.menu) this.listenToMenu();
    this.wire();
  }

  // --- What is where --------------------------------------------------------------------------

  get columns() {
    return [...this.querySelectorAll(".col")];
  }

  cardsIn(column) {
    return [...column.querySelectorAll(".card:not(.is-out)")];
  }

  text(name, values) {
    return this.dataset[name].replace(/{(\w+)}/g, (_, key) => values[key]);
  }

  speakOf(card, name) {
    const cards = [...card.parentNode.children];
    const place = { place: cards.indexOf(card) + 1, count: cards.length };
    const stage = card.closest(".col").dataset.name;
    tell("say", { text: this.text(name, { card: card.dataset.name, stage, ...place }), now: true });
  }

  // After every drawing: what the server does not know is put back.
  wire() {
    for (const column of this.columns) {
      if (this.writes) this.makeSortable(column.querySelector(".list"));
      const stop = document.getElementById(this.stops.get(column.id));
      const first = column.contains(stop) ? stop : column.querySelector(".card");
      for (const button of column.querySelectorAll(".card__take button")) button.tabIndex = -1;
      for (const link of column.querySelectorAll(".card__link")) {
        link.tabIndex = link.parentNode === first ? 0 : -1;
        link.draggable = false;
      }
    }
    this.filter();
    this.markPill();
  }

  // --- Focus: one stop per column -------------------------------------------------------------

  stopAt(card) {
    if (!card) return;
    const column = card.closest(".col");
    this.stops.set(column.id, card.id);
    this.last = { column: column.id, index: this.cardsIn(column).indexOf(card) };
    for (const link of column.querySelectorAll(".card__link")) {
      link.tabIndex = link.parentNode === card ? 0 : -1;
    }
  }

  focus(card) {
    if (!card) return;
    this.stopAt(card);
    card.querySelector(".card__link").focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The card that had the focus may be gone: then the next one has it, or the head of the column.
  refocus() {
    const column = document.getElementById(this.last?.column);
    if (!column || document.activeElement !== document.body) return;
    const cards = this.cardsIn(column);
    const same = document.getElementById(this.stops.get(column.id));
    const card = same ?? cards[Math.min(this.last.index, cards.length - 1)];
    if (card) this.focus(card);
    else column.querySelector("h2").focus();
  }

  onFocusLeaves({ relatedTarget }) {
    if (this.held && !this.shifting && !this.contains(relatedTarget)) this.putBack();
  }

  // --- Keys -----------------------------------------------------------------------------------

  onKey(event) {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const card = event.target.closest(".card");
    const onLink = event.target.matches(".card__link");
    let done = false;
    if (this.held) done = this.keyWhileHeld(event.key);
    else if (onLink) done = this.keyOnCard(event.key, card);
    else if (event.key === "Escape") done = this.closeForm(event.target.closest(".add"));
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  keyOnCard(key, card) {
    const column = card.closest(".col");
    if (WAYS[key]) this.walk(card, column, ...WAYS[key]);
    else if (key === "Home") this.focus(this.cardsIn(column).at(0));
    else if (key === "End") this.focus(this.cardsIn(column).at(-1));
    else return this.writes && this.keyThatWrites(key.toLowerCase(), card, column);
    return true;
  }

  keyThatWrites(key, card, column) {
    if (key === " ") this.lift(card);
    else if (key === "m") this.openMenu(card);
    else if (key === "n") this.openForm(column);
    else if (key === "t") card.querySelector(".card__take")?.requestSubmit();
    else return false;
    return true;
  }

  keyWhileHeld(key) {
    if (WAYS[key]) this.shift(...WAYS[key]);
    else if (DROPPED.has(key)) this.putDown();
    else if (key === "Escape") this.putBack();
    else if (key === "Tab") return this.putBack(), false;
    return true;
  }

  walk(card, column, right, down) {
    const cards = this.cardsIn(column);
    const index = cards.indexOf(card);
    if (down) return this.focus(cards[index + down]);
    const columns = this.columns;
    let at = columns.indexOf(column) + right;
    while (columns[at] && !this.cardsIn(columns[at]).length) at += right;
    if (!columns[at]) return;
    const there = this.cardsIn(columns[at]);
    this.focus(there[Math.min(index, there.length - 1)]);
  }

  openForm(column) {
    const form = column.querySelector(".add");
    if (!form) return;
    form.open = true;
    form.querySelector("input:not([type=hidden])").focus();
  }

  closeForm(form) {
    if (!form?.open) return false;
    form.open = false;
    form.querySelector("summary").focus();
    return true;
  }

  // --- Lifted by the keyboard -----------------------------------------------------------------

  lift(card) {
    this.held = { card, from: spot(card) };
    card.classList.add("is-lifted");
    this.speakOf(card, "lifted");
  }

  shift(right, down) {
    const { card } = this.held;
    const columns = this.columns;
    const column = columns[columns.indexOf(card.closest(".col")) + right];
    if (!column) return;
    const list = column.querySelector(".list");
    const others = this.cardsIn(list).filter((other) => other !== card);
    const index = this.cardsIn(card.parentNode).indexOf(card) + down;
    this.place(card, { list, next: others[between(0, index, others.length)] });
    this.speakOf(card, "at");
  }

  putDown() {
    const { card, from } = this.letGo();
    this.speakOf(card, "dropped");
    this.send(card, from);
    this.resume();
  }

  putBack() {
    const { card, from } = this.letGo();
    this.place(card, from);
    this.speakOf(card, "back");
    this.resume();
  }

  letGo() {
    const { held } = this;
    this.held = null;
    held.card.classList.remove("is-lifted");
    return held;
  }

  place(card, { list, next }) {
    const focused = card.contains(document.activeElement);
    this.shifting = true;
    // The neighbour may have moved on meanwhile.
    list.insertBefore(card, next?.parentNode === list ? next : null);
    if (focused) this.focus(card);
    this.shifting = false;
  }

  // --- Dragged by mouse or finger -------------------------------------------------------------

  makeSortable(list) {
    if (list.sortable || !window.Sortable) return;
    list.sortable = window.Sortable.create(list, {
      group: "deals",
      draggable: ".card",
      animation: 160,
      easing: "cubic-bezier(.2,.8,.2,1)",
      // A finger that scrolls must not pick up a card: it has to rest on it first.
      delay: 180,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      filter: "button, form",
      preventOnFilter: false,
      // The browser's own drag knows no touch and no autoscroll inside the columns.
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 5,
      scrollSensitivity: 60,
      onStart: ({ item }) => this.onDragStart(item),
      onMove: ({ to }) => this.markOver(to),
      onEnd: ({ item }) => this.onDragEnd(item),
    });
  }

  onDragStart(card) {
    this.dragging = true;
    this.origin = spot(card);
  }

  markOver(list) {
    for (const column of this.columns) column.classList.toggle("is-over", column.contains(list));
  }

  onDragEnd(card) {
    this.dragging = false;
    this.markOver(null);
    // The click that ends a drag would open the deal.
    const swallow = (event) => event.preventDefault();
    card.addEventListener("click", swallow, { capture: true });
    setTimeout(() => card.removeEventListener("click", swallow, { capture: true }));
    this.send(card, this.origin);
    this.resume();
  }

  // --- The menu -------------------------------------------------------------------------------

  listenToMenu() {
    // A press beside an open menu closes it, also a press on the button that had opened it.
    this.addEventListener("pointerdown", () => (this.wasOpen = this.menu.matches(":popover-open")));
    this.menu.addEventListener("keydown", (event) => this.onMenuKey(event));
    this.menu.addEventListener("click", ({ target }) => {
      const to = target.closest("[data-to]")?.dataset.to;
      if (to) this.choose(to);
    });
  }

  openMenu(card) {
    const { menu } = this;
    const stage = card.closest(".col").dataset.stage;
    this.moving = card;
    for (const item of menu.querySelectorAll("[data-to]")) {
      if (item.dataset.to === stage) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    menu.querySelector("[data-lose]").href = `${card.querySelector(".card__link").href}#lose`;
    menu.showPopover();
    this.standBeside(card.querySelector(".card__more").getBoundingClientRect());
    // At once: the popover's own event comes too late for somebody who types on.
    menu.querySelector("[role=menuitem]").focus();
  }

  standBeside(button) {
    const { style, offsetWidth, offsetHeight } = this.menu;
    const left = between(8, button.right - offsetWidth, innerWidth - offsetWidth - 8);
    const below = button.bottom + 4;
    const fits = below + offsetHeight + 8 < innerHeight;
    style.left = `${left}px`;
    style.top = `${fits ? below : Math.max(8, button.top - offsetHeight - 4)}px`;
  }

  onMenuKey(event) {
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const step = WAYS[event.key]?.[1];
    if (step) {
      const at = items.indexOf(document.activeElement) + step + items.length;
      items[at % items.length].focus();
    } else if (/^[1-9]$/.test(event.key)) {
      this.menu.querySelectorAll("button:has(kbd)")[event.key - 1]?.click();
    } else return;
    event.preventDefault();
  }

  choose(to) {
    const card = this.moving;
    this.menu.hidePopover();
    // The page may have been drawn anew while the menu was open.
    if (!card.isConnected) return;
    const from = spot(card);
    const column = /\d/.test(to) ? this.querySelector(`[data-stage="${to}"]`) : card.closest(".col");
    const list = column.querySelector(".list");
    this.place(card, { list, next: to === "bottom" ? null : list.firstElementChild });
    this.focus(card);
    this.send(card, from);
  }

  // --- Asking the server ----------------------------------------------------------------------

  send(card, from) {
    const now = spot(card);
    if (now.list === from.list && now.next === from.next) return;
    const form = card.querySelector(".card__move");
    form.elements.stage.value = card.closest(".col").dataset.stage;
    form.elements.before.value = now.next?.dataset.id ?? "";
    form.from = from;
    form.requestSubmit();
  }

  listenToHtmx() {
    const on = (name, act) => document.addEventListener(`htmx:${name}`, act);
    on("before:request", (event) => this.onRequest(event));
    on("before:swap", (event) => this.holdBack(event.detail));
    on("after:swap", () => this.isConnected && (this.wire(), this.refocus()));
    on("error", ({ detail }) => detail.ctx && this.onFailure(detail.ctx));
    on("response:error", ({ detail }) => {
      if (!FRESH.has(detail.ctx.response.status)) this.onFailure(detail.ctx);
    });
    on("finally:request", ({ detail }) => this.sent.delete(detail.ctx) && this.resume());
    document.addEventListener("visibilitychange", () => this.resume());
  }

  onRequest(event) {
    const { ctx } = event.detail;
    const form = ctx.request.form;
    if (form?.matches(".card__move")) {
      this.sent.set(ctx, { card: form.closest(".card"), from: form.from });
    } else if (ctx.sourceElement === this && (this.isBusy(ctx) || document.hidden)) {
      event.preventDefault();
      this.stale = true;
    }
  }

  isBusy(asking) {
    const others = [...this.sent.keys()].some((ctx) => ctx !== asking);
    return Boolean(this.held) || this.dragging || others;
  }

  // Never redraw under a finger, nor with an answer that is older than the newest move: what
  // concerns the board waits, messages do not. htmx draws what is left in this list.
  holdBack({ ctx, tasks }) {
    if (!this.isBusy(ctx)) return;
    const others = tasks.filter(({ target }) => !this.contains(target));
    this.stale ||= others.length < tasks.length;
    tasks.splice(0, tasks.length, ...others);
  }

  resume() {
    if (!this.stale || this.isBusy() || document.hidden) return;
    this.stale = false;
    document.body.dispatchEvent(new CustomEvent("board:changed"));
  }

  onFailure(ctx) {
    const move = this.sent.get(ctx);
    if (move) this.place(move.card, move.from);
  }

  // --- Looking for cards ----------------------------------------------------------------------

  onClick(event) {
    const { target } = event;
    const more = target.closest(".card__more");
    const face = target.closest("[data-only]");
    const pill = target.closest(".pick a");
    if (more && !this.wasOpen) this.openMenu(more.closest(".card"));
    this.wasOpen = false;
    if (face) this.chooseFace(face.dataset.only);
    if (pill) this.showColumn(pill, event);
  }

  chooseFace(person) {
    if (!this.faces.delete(person)) this.faces.add(person);
    this.filter(true);
  }

  filter(aloud = false) {
    const words = plain(this.querySelector("input[type=search]").value.trim());
    const hit = ({ textContent }) => plain(textContent).includes(words);
    let count = 0;
    for (const card of this.querySelectorAll(".card")) {
      const isTheirs = !this.faces.size || this.faces.has(card.dataset.owner);
      const isOut = !isTheirs || ![...card.querySelectorAll(READ)].some(hit);
      card.classList.toggle("is-out", isOut);
      if (!isOut) count += 1;
    }
    for (const face of this.querySelectorAll("[data-only]")) {
      face.setAttribute("aria-pressed", this.faces.has(face.dataset.only));
    }
    // Nothing is counted per person, so with a colleague chosen no figure is shown or spoken.
    this.classList.toggle("is-personal", this.faces.size > 0);
    if (aloud && !this.faces.size) tell("say", { text: this.text("found", { count }) });
  }

  // --- The stages of a phone ------------------------------------------------------------------

  showColumn(pill, event) {
    event.preventDefault();
    const column = document.querySelector(pill.hash);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    column.scrollIntoView({ inline: "start", block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  markPill() {
    if (!this.columns.length) return;
    const edge = (column) => Math.abs(column.getBoundingClientRect().left - 16);
    const nearest = this.columns.reduce((best, column) => (edge(column) < edge(best) ? column : best));
    for (const pill of this.querySelectorAll(".pick a")) {
      if (pill.hash === `#${nearest.id}`) pill.setAttribute("aria-current", "true");
      else pill.removeAttribute("aria-current");
    }
  }
}

customElements.define("kring-board", KringBoard);
