// The stream carries no content, only the hint that something changed; the page asks for the rest
// itself. Without the stream, pages look for themselves every half minute.

const address = document.body.dataset.live;
let stream;
let due;

function listen() {
  if (stream) return;
  stream = new EventSource(address, { withCredentials: true });
  stream.addEventListener("changed", look);
}

function rest() {
  stream?.close();
  stream = undefined;
}

// Many hints at once are one look, and not every browser of the team looks at the same moment.
function look() {
  due ??= setTimeout(() => {
    due = undefined;
    document.body.dispatchEvent(new CustomEvent("board:changed"));
  }, 50 + Math.random() * 150);
}

function watch() {
  if (document.hidden) {
    rest();
  } else {
    listen();
  }
}

document.addEventListener("visibilitychange", () => {
  watch();
  if (!document.hidden) look();
});
addEventListener("pagehide", rest);
addEventListener("pageshow", watch);
