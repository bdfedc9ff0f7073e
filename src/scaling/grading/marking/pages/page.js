// One answer in the marking room: what is chosen is saved at once, and every button has a key.

const room = document.getElementById("room");
const form = document.getElementById("mark");
const score = document.getElementById("score");
const comment = document.getElementById("comment"); // a second marker has none
const status = document.getElementById("status");
const conflict = document.getElementById("conflict");
const bank = document.getElementById("bank");
const keys = document.getElementById("keys");
const rows = [...form.querySelectorAll("fieldset[data-row]")];
const PAUSE = 500; // milliseconds after the last letter of a comment

let version = form.dataset.version;
let row = 0; // the one that a number chooses in
let bankIsOpen = false;
let isTyped = false; // whether the points are other than the rubric's
let changed = false; // whether something is not saved
let running = null; // the saving that is under way
let timer = 0;

const chosen = (fieldset) => fieldset.querySelector("input:checked");
const said = (name) => document.getElementById(`said-${name}`).textContent;

function levels() {
  return rows.map((one) => (chosen(one) ? Number(chosen(one).value) : null));
}

/** Return what the chosen levels are worth; null while one is missing. */
function fromRubric() {
  if (!rows.length || levels().includes(null)) return null;
  const sum = rows.reduce((total, one) => total + Number(chosen(one).dataset.points), 0);
  return Math.round(100 * sum) / 100;
}

function showTyped() {
  const found = fromRubric();
  isTyped = score.value.trim() !== "" && Number(score.value.replace(",", ".")) !== found;
  document.getElementById("typed").hidden = !isTyped || !rows.length;
}

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("bad", bad);
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json", "X-XSRFToken": room.dataset.xsrf };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  const isSentence = !answer.ok && answer.status !== 409;
  if (!isSentence) return { status: answer.status, ...JSON.parse(text) };
  const page = new DOMParser().parseFromString(text, "text/html");
  return { status: answer.status, why: page.querySelector("main p")?.textContent };
}

/** Save what is on the page until nothing is unsaved; return whether that succeeded. */
function save() {
  running ??= saveAll().finally(() => (running = null));
  return running;
}

async function saveAll() {
  clearTimeout(timer);
  while (changed) {
    changed = false;
    say(said("saving"));
    let answer;
    try {
      answer = await post(room.dataset.here, { version, score: score.value, levels: levels(), comment: comment?.value ?? "" });
    } catch {
      answer = { status: 0 };
    }
    if (answer.status === 200) {
      version = answer.version;
      const isPart = answer.score === null;
      say(isPart ? said("part") : `${said("saved")} ${answer.at}`);
      document.getElementById("done").textContent = answer.done;
      document.getElementById("progress").value = answer.done;
      if (!isPart) document.getElementById("later").setAttribute("aria-pressed", "false");
    } else {
      changed = true;
      if (answer.status === 409) ask(answer);
      else say(answer.why && answer.status === 400 ? answer.why : said("failed"), true);
      return false;
    }
  }
  return true;
}

/** Show what somebody else has saved meanwhile, beside what is on this page. */
function ask(now) {
  document.getElementById("their-score").textContent = now.score;
  document.getElementById("their-name").textContent = now.by ? ` (${now.by})` : "";
  document.getElementById("their-comment").textContent = now.comment || "–";
  document.getElementById("my-score").textContent = score.value || "–";
  document.getElementById("my-comment").textContent = comment?.value || "–";
  document.getElementById("keep-mine").onclick = () => {
    conflict.close();
    version = now.version;
    save();
  };
  document.getElementById("keep-theirs").onclick = () => {
    changed = false;
    location.reload();
  };
  say(document.getElementById("conflict-title").textContent, true);
  conflict.showModal();
}

function edited(later = 0) {
  changed = true;
  clearTimeout(timer);
  if (later) timer = setTimeout(save, later);
  else save();
}

/** Save, then go to another page; stay where saving fails. */
async function go(address) {
  if (await save()) location.href = address;
}

function frame(to) {
  row = to;
  rows.forEach((one, at) => one.classList.toggle("framed", at === row && !bankIsOpen));
  bank?.classList.toggle("framed", bankIsOpen);
  (bankIsOpen ? bank : rows[row])?.scrollIntoView({ block: "nearest" });
}

function openBank(open) {
  bankIsOpen = open && Boolean(bank) && !bank.hidden;
  frame(row);
}

function choose(key) {
  const input = rows[row]?.querySelector(`input[data-key="${key}"]`);
  if (!input) return;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function add(phrase) {
  const before = comment.value.trimEnd();
  if (!before.split("\n").includes(phrase)) comment.value = before ? `${before}\n${phrase}` : phrase;
  openBank(false);
  edited();
}

async function note(what, text, button) {
  const answer = await post(`${room.dataset.here}/note`, { what, text }).catch(() => ({ status: 0 }));
  if (answer.status !== 200) say(said("failed"), true);
  else button?.setAttribute("aria-pressed", text ? "true" : "false");
  return answer.status === 200;
}

const isPressed = (button) => button.getAttribute("aria-pressed") === "true";

async function later() {
  const button = document.getElementById("later");
  const put = !isPressed(button);
  if (await note("later", put ? "on" : "", button)) if (put) go(room.dataset.next);
}

function flag() {
  const button = document.getElementById("flag");
  if (button) note("flag", isPressed(button) ? "" : "on", button);
}

const follow = (id) => {
  const link = document.getElementById(id);
  if (link) go(link.getAttribute("href"));
};

const ACTIONS = {
  Enter: () => go(room.dataset.next),
  n: () => follow("forth"),
  p: () => follow("back"),
  l: later,
  f: flag,
  b: () => openBank(!bankIsOpen),
  r: () => (openBank(false), frame(rows.length ? (row + 1) % rows.length : 0)),
  c: () => comment?.focus(),
  t: () => (score.focus(), score.select()),
  s: () => {
    const scheme = document.getElementById("scheme");
    if (scheme) scheme.open = !scheme.open;
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || conflict.open) return;
  const field = event.target.closest("textarea, input:not([type])");
  if (event.key === "Escape") {
    field?.blur();
    openBank(false);
    return;
  }
  if (field === score && event.key === "Enter") {
    event.preventDefault();
    changed = true;
    score.blur();
    go(room.dataset.next);
    return;
  }
  if (field || !keys.checked) return;
  // Enter on a link, a button or a summary does what it says there.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (/^[0-9]$/.test(event.key)) {
    event.preventDefault();
    if (!bankIsOpen) choose(event.key);
    else bank.querySelectorAll(".phrase")[Number(event.key) - 1]?.click();
  } else if (ACTIONS[event.key]) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
});

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  if (event.target === keys) localStorage.setItem("keys", keys.checked ? "on" : "off");
  if (event.target.type !== "radio") return;
  const at = Number(event.target.closest("fieldset").dataset.row);
  const found = fromRubric();
  if (found !== null) score.value = String(found); // until then a mark that is there stands
  showTyped();
  openBank(false);
  frame(Math.min(at + 1, rows.length - 1));
  edited();
});
score.addEventListener("input", () => (showTyped(), edited(PAUSE)));
comment?.addEventListener("input", () => edited(PAUSE));
for (const field of [score, comment]) field?.addEventListener("blur", () => changed && save());
bank?.addEventListener("click", async (event) => {
  const item = event.target.closest("li");
  const phrase = item?.querySelector(".phrase");
  if (event.target === phrase) add(phrase.textContent);
  else if (event.target.closest(".forget") && (await note("forgotten", phrase.textContent))) item.remove();
});
document.getElementById("later").addEventListener("click", later);
document.getElementById("flag")?.addEventListener("click", flag);
for (const link of document.querySelectorAll("a[href]")) {
  link.addEventListener("click", (event) => {
    if (!changed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
}
window.addEventListener("beforeunload", (event) => {
  if (changed || running) event.preventDefault();
});

keys.checked = localStorage.getItem("keys") !== "off";
showTyped();
frame(Math.max(0, levels().indexOf(null)));
