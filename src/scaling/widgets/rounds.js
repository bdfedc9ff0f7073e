// Cards, of which one is chosen in each round, and a picture of what came of those before.

const SVG = "http://www.w3.org/2000/svg";
const ROW = 14; // pixels, for each round
const ROOM = { left: 14, right: 14, top: 8, bottom: 58 }; // pixels
const ABOVE = 34; // pixels from the lower edge to the means

function render({ model, el }) {
  const parts = model.get("parts");
  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const heading = make("b");
  const said = make("p", { className: "scaling-rounds-said" });
  said.setAttribute("role", "status");
  const cards = make("ul", { className: "scaling-rounds-cards" });
  const again = make("button", { type: "button", textContent: parts.again });
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", parts.picture);
  const rows = make("tbody");
  const head = make("tr", {}, ...parts.columns.map((textContent) => make("th", { textContent, scope: "col" })));
  const summary = make("summary", { textContent: parts.table });
  const table = make("details", {}, summary, make("table", {}, make("thead", {}, head), rows));
  const fold = make("details", { open: true }, make("summary", {}, make("b", { textContent: parts.title })));
  const came = make("div", {}, svg, table); // beside the cards where there is room
  fold.append(make("div", { className: "scaling-rounds-body" }, make("div", {}, heading, said, cards, again), came));
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", parts.title);
  el.replaceChildren(fold);

  again.onclick = () => model.send({ event: "again" });

  // The buttons stay from round to round, and with them the focus.
  const deal = (dealt) => {
    while (cards.children.length > dealt.length) cards.lastChild.remove();
    while (cards.children.length < dealt.length) {
      const place = cards.children.length;
      const button = make("button", { type: "button" }, make("span"), make("b"));
      button.onclick = () => model.send({ event: "chosen", round: model.get("state").round, place });
      cards.append(make("li", {}, button));
    }
    dealt.forEach(([name, report], place) => {
      const [label, number] = cards.children[place].firstChild.children;
      label.textContent = `${name} `;
      number.textContent = report;
    });
  };

  let width = 0;
  const draw = () => {
    const { past, means } = model.get("state");
    const height = ROOM.top + parts.many * ROW + ROOM.bottom;
    const floor = height - ROOM.bottom;
    const across = (share) => ROOM.left + share * (width - ROOM.left - ROOM.right);
    const add = (tag, attributes, text = "") => {
      const node = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      node.textContent = text;
      svg.append(node);
    };
    svg.replaceChildren();
    svg.style.display = past.length ? "" : "none";
    if (!width || !past.length) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.style.height = `${height}px`;
    const text = { fill: "currentColor", "font-size": 13, "text-anchor": "middle" };
    for (const [share, label] of parts.ticks) {
      add("path", { d: `M${across(share)} ${ROOM.top}V${floor}`, stroke: "currentColor", "stroke-opacity": 0.2 });
      add("text", { ...text, x: across(share), y: floor + 14 }, label);
    }
    past.forEach(([reported, delivered], place) => {
      const y = ROOM.top + (place + 0.5) * ROW;
      const [from, to] = [across(reported), across(delivered)];
      const isLast = place === past.length - 1 ? " scaling-rounds-new" : "";
      add("path", { d: `M${from} ${y}H${to}`, class: `scaling-rounds-way${isLast}`, pathLength: 1 });
      add("circle", { cx: from, cy: y, r: 4.5, class: "scaling-rounds-reported" });
      add("path", { d: `M${to} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5Z`, class: "scaling-rounds-delivered" });
    });
    means.forEach(([share, label], place) => {
      const mark = place ? "delivered" : "reported";
      add("path", { d: `M${across(share)} ${ROOM.top}V${floor}`, class: `scaling-rounds-mean scaling-rounds-${mark}` });
      const anchor = share > means[1 - place][0] ? "start" : "end";
      add("text", { ...text, x: across(share), y: height - ABOVE + 8, "text-anchor": anchor, "font-weight": 600 }, label);
    });
    add("text", { ...text, x: width / 2, y: height - 6 }, parts.key);
  };

  const show = () => {
    const state = model.get("state");
    heading.textContent = state.heading;
    said.textContent = state.said;
    const isOver = state.cards.length === 0;
    const hadFocus = cards.contains(document.activeElement) || document.activeElement === again;
    deal(state.cards);
    cards.hidden = isOver;
    again.hidden = !isOver;
    if (hadFocus && !el.contains(document.activeElement)) (isOver ? again : cards.querySelector("button")).focus();
    table.hidden = state.table.length === 0;
    const cell = (textContent) => make("td", { textContent });
    rows.replaceChildren(...state.table.map((line) => make("tr", {}, ...line.map(cell))));
    draw();
  };
  model.on("change:state", show);
  const sized = new ResizeObserver(() => {
    const room = Math.min(came.clientWidth, 640);
    if (!room || room === width) return;
    width = room;
    draw();
  });
  sized.observe(came);
  show();
  return () => {
    sized.disconnect();
    model.off("change:state", show);
  };
}

export default { render };
