// <kring-board>: cards move by mouse, finger, keyboard and menu. Each move fills in the card's own
// form and presses its button; htmx sends it and the server draws.

const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const READ = ".card__link, .card__title, .step"; // what the filter reads
const FRESH = [409, 422]; // refused, but the answer holds the newest board

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const spot = (card) => ({ list: card.parentNode, next: card.nextElementSibling });
const cardsIn = (column) => [...column.querySelectorAll(".card:not(.is-out)")];
const columnOf = (card) => card.closest(".col");
const linkOf = (card) => card.querySelector(".card__link");
const mark = (element, name, isOn) =>
  isOn ? element.setAttribute(name, "true") : element.removeAttribute(name);

class KringBoard extends HTMLElement {
  held = null; // the card lifted by the keyboard, and where it came from
  dragging = false;
  shifting = false; // a card that changes places loses the focus for a moment
  stale = false; // a redraw was held back
  sent = new Map(); // moves on their way, by request
  stops = new Map(); // the one card per column that Tab reaches
  faces = new Set(); // whose cards are shown; nobody means all

  connectedCallback() {
    this.menu = document.getElementById("move-menu");
    this.writes = "writes" in this.dataset;
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("input", ({ target }) => target.type === "search" && this.filter(true));
    this.addEventListener("focusin", ({ target }) => this.stopAt(target.closest(".card")));
    this.addEventListener("focusout", (event) => this.onFocusLeaves(event));
    this.querySelector(".cols").addEventListener("scroll", () => this.markPill());
    this.listenToHtmx();
    if (this.menu) this.listenToMenu();
    if (this.writes) this.awaitHands();
    this.wire();
  }

  get columns() {
    return [...this.querySelectorAll(".col")];
  }

  text(name, values) {
    return this.dataset[name].replace(/{(\w+)}/g, (_, key) => values[key]);
  }

  speak(name, card) {
    const cards = [...card.parentNode.children];
    const where = { place: cards.indexOf(card) + 1, count: cards.length };
    const names = { card: card.dataset.name, stage: columnOf(card).dataset.name };
    tell("say", { text: this.text(name, { ...names, ...where }), now: true });
  }

  // After every drawing: what the server does not know is put back.
  wire() {
    for (const column of this.columns) {
      if (this.writes) this.makeSortable(column.querySelector(".list"));
      for (const button of column.querySelectorAll(".take")) button.tabIndex = -1;
      const stop = document.getElementById(this.stops.get(column.id));
      this.setStop(column, column.contains(stop) ? stop : column.querySelector(".card"));
    }
    this.filter();
    this.markPill();
  }

  // --- Focus: one stop per column ---

  setStop(column, card) {
    for (const link of column.querySelectorAll(".card__link")) {
      link.tabIndex = link.parentNode === card ? 0 : -1;
    }
  }

  stopAt(card) {
    if (!card) return;
    const column = columnOf(card);
    this.stops.set(column.id, card.id);
    this.last = { column, index: cardsIn(column).indexOf(card) };
    this.setStop(column, card);
  }

  focus(card) {
    if (!card) return;
    this.stopAt(card);
    linkOf(card).focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The card that had the focus may be gone: then the next has it, or the head of the column.
  refocus() {
    if (!this.last?.column.isConnected || document.activeElement !== document.body) return;
    const { column, index } = this.last;
    const cards = cardsIn(column);
    const same = document.getElementById(this.stops.get(column.id));
    const card = same ?? cards[Math.min(index, cards.length - 1)];
    if (card) this.focus(card);
    else column.querySelector("h2").focus();
  }

  onFocusLeaves({ relatedTarget }) {
    if (this.held && !this.shifting && !this.contains(relatedTarget)) this.putBack();
  }

  // --- Keys ---

  onKey(event) {
    const { key, target } = event;
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    let done = false;
    if (this.held) done = this.keyWhileHeld(key);
    else if (target.matches(".card__link")) done = this.keyOnCard(key, target.closest(".card"));
    else if (key === "Escape") done = this.closeForm(target.closest(".add"));
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  keyOnCard(key, card) {
    const column = columnOf(card);
    if (WAYS[key]) this.walk(card, column, ...WAYS[key]);
    else if (key === "Home") this.focus(cardsIn(column).at(0));
    else if (key === "End") this.focus(cardsIn(column).at(-1));
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
    else if (key === " " || key === "Enter") this.putDown();
    else if (key === "Escape" || key === "Tab") this.putBack();
    return key !== "Tab";
  }

  walk(card, column, right, down) {
    const index = cardsIn(column).indexOf(card);
    if (down) return this.focus(cardsIn(column)[index + down]);
    const columns = this.columns.filter((other) => other === column || cardsIn(other).length);
    const there = columns[columns.indexOf(column) + right];
    if (there) this.focus(cardsIn(there)[Math.min(index, cardsIn(there).length - 1)]);
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

  // --- Lifted by the keyboard ---

  lift(card) {
    this.held = { card, from: spot(card) };
    card.classList.add("is-lifted");
    this.speak("lifted", card);
  }

  shift(right, down) {
    const { card } = this.held;
    const { columns } = this;
    const column = columns[columns.indexOf(columnOf(card)) + right];
    if (!column) return;
    const others = cardsIn(column).filter((other) => other !== card);
    const next = others[Math.max(0, cardsIn(card.parentNode).indexOf(card) + down)];
    this.place(card, { list: column.querySelector(".list"), next });
    this.speak("at", card);
  }

  putDown() {
    const { card, from } = this.letGo();
    this.speak("dropped", card);
    this.send(card, from);
    this.resume();
  }

  putBack() {
    const { card, from } = this.letGo();
    this.place(card, from);
    this.speak("back", card);
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

  // --- Dragged by mouse or finger ---

  // The library for it weighs as much as all the rest, and most visits only look: it comes when a
  // mouse does. A finger comes unannounced, so where there are fingers it comes at once.
  awaitHands() {
    const fetch = () => {
      const script = document.createElement("script");
      script.src = this.dataset.writes;
      script.onload = () => this.wire();
      document.head.append(script);
    };
    if (matchMedia("(any-pointer: coarse)").matches) fetch();
    else this.addEventListener("pointerover", fetch, { once: true });
  }

  makeSortable(list) {
    list.sortable ??= window.Sortable?.create(list, {
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
    card.addEventListener("click", swallow);
    setTimeout(() => card.removeEventListener("click", swallow));
    this.send(card, this.origin);
    this.resume();
  }

  // --- The menu ---

  listenToMenu() {
    const { menu } = this;
    // A press beside an open menu closes it, also on the button that had opened it.
    this.addEventListener("pointerdown", () => (this.wasOpen = menu.matches(":popover-open")));
    menu.addEventListener("keydown", (event) => this.onMenuKey(event));
    menu.addEventListener("click", ({ target }) => {
      const item = target.closest("[data-to]");
      if (item) this.choose(item.dataset.to);
    });
  }

  openMenu(card) {
    const { menu } = this;
    this.moving = card;
    for (const item of menu.querySelectorAll("[data-to]")) {
      mark(item, "aria-current", item.dataset.to === columnOf(card).dataset.stage);
    }
    menu.querySelector("[data-lose]").href = `${linkOf(card).href}#lose`;
    menu.querySelector("[data-deletes]").action = `${linkOf(card).href}deletion/`;
    menu.showPopover();
    this.standBeside(card.querySelector(".card__more").getBoundingClientRect());
    // At once: the popover's own event is too late for who types on.
    menu.querySelector("[role=menuitem]").focus();
  }

  standBeside({ right, top, bottom }) {
    const { style, offsetWidth, offsetHeight } = this.menu;
    const fits = bottom + offsetHeight + 12 < innerHeight;
    style.left = `${Math.max(8, right - offsetWidth)}px`;
    style.top = `${fits ? bottom + 4 : Math.max(8, top - offsetHeight - 4)}px`;
  }

  onMenuKey(event) {
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement) + items.length;
    const step = WAYS[event.key]?.[1];
    const numbered = this.menu.querySelectorAll("button:has(kbd)")[event.key - 1];
    if (step) items[(at + step) % items.length].focus();
    else if (numbered) numbered.click();
    else return;
    event.preventDefault();
  }

  choose(to) {
    const card = this.moving;
    this.menu.hidePopover();
    // The board may have been redrawn while the menu was open.
    if (!card.isConnected) return;
    const from = spot(card);
    const list = this.querySelector(`[data-stage="${to}"] .list`) ?? from.list;
    this.place(card, { list, next: to === "bottom" ? null : list.firstElementChild });
    this.focus(card);
    this.send(card, from);
  }

  // --- Asking the server ---

  send(card, from) {
    const now = spot(card);
    if (now.list === from.list && now.next === from.next) return;
    const form = card.querySelector(".card__move");
    form.elements.stage.value = columnOf(card).dataset.stage;
    form.elements.before.value = now.next?.dataset.id ?? "";
    form.from = from;
    form.requestSubmit();
  }

  listenToHtmx() {
    const on = (name, act) => document.addEventListener(name, act);
    on("htmx:before:request", (event) => this.onRequest(event, event.detail.ctx));
    on("htmx:before:swap", ({ detail }) => this.holdBack(detail));
    on("htmx:after:swap", () => {
      this.wire();
      this.refocus();
    });
    on("htmx:error", ({ detail }) => this.onFailure(detail.ctx));
    on("htmx:response:error", ({ detail: { ctx } }) => {
      if (!FRESH.includes(ctx.response.status)) this.onFailure(ctx);
    });
    on("htmx:finally:request", ({ detail }) => this.sent.delete(detail.ctx) && this.resume());
    on("visibilitychange", () => this.resume());
  }

  onRequest(event, ctx) {
    const { form } = ctx.request;
    if (form?.matches(".card__move")) {
      this.sent.set(ctx, { card: form.closest(".card"), from: form.from });
    } else if (ctx.sourceElement === this && this.isBusy()) {
      event.preventDefault();
      this.stale = true;
    }
  }

  isBusy(asking) {
    const others = [...this.sent.keys()].some((ctx) => ctx !== asking);
    return this.held || this.dragging || others || document.hidden;
  }

  // Never redraw under a finger, nor with an answer older than the newest move: the board waits,
  // messages do not. htmx draws what is left in this list.
  holdBack({ ctx, tasks }) {
    if (!this.isBusy(ctx)) return;
    this.stale = true;
    tasks.splice(0, tasks.length, ...tasks.filter(({ target }) => !this.contains(target)));
  }

  resume() {
    if (!this.stale || this.isBusy()) return;
    this.stale = false;
    document.body.dispatchEvent(new CustomEvent("board:changed"));
  }

  onFailure(ctx) {
    const move = this.sent.get(ctx);
    if (move) this.place(move.card, move.from);
  }

  // --- Looking for cards ---

  onClick(event) {
    const closest = (selector) => event.target.closest(selector);
    const card = closest(".card__more")?.closest(".card");
    if (card && !this.wasOpen) this.openMenu(card);
    this.wasOpen = false;
    const person = closest("[data-only]")?.dataset.only;
    if (person && !this.faces.delete(person)) this.faces.add(person);
    if (person) this.filter(true);
    const pill = closest(".pick a");
    if (!pill) return;
    event.preventDefault();
    this.querySelector(pill.hash).scrollIntoView({ block: "nearest", inline: "start" });
  }

  filter(aloud) {
    const words = plain(this.querySelector("[type=search]").value.trim());
    const hit = ({ textContent }) => plain(textContent).includes(words);
    for (const card of this.querySelectorAll(".card")) {
      const isTheirs = !this.faces.size || this.faces.has(card.dataset.owner);
      const isOut = !isTheirs || ![...card.querySelectorAll(READ)].some(hit);
      card.classList.toggle("is-out", isOut);
    }
    for (const face of this.querySelectorAll("[data-only]")) {
      face.ariaPressed = this.faces.has(face.dataset.only);
    }
    // Nothing is counted per person: with a colleague chosen no figure is shown or spoken.
    this.classList.toggle("is-personal", this.faces.size > 0);
    const count = cardsIn(this).length;
    if (aloud && !this.faces.size) tell("say", { text: this.text("found", { count }) });
  }

  // A phone shows one stage at a time: its pill is marked.
  markPill() {
    const edge = (column) => Math.abs(column.getBoundingClientRect().left - 16);
    const [nearest] = this.columns.sort((one, other) => edge(one) - edge(other));
    for (const pill of this.querySelectorAll(".pick a")) {
      mark(pill, "aria-current", pill.hash === `#${nearest.id}`);
    }
  }
}

customElements.define("kring-board", KringBoard);
