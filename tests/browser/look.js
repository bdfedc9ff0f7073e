// These functions tell a test what a page shows and whether its text can be read. They are `look`.

window.look = (() => {
  const plots = (root) => [...root.querySelectorAll(".js-plotly-plot")];
  const isShown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(node).visibility !== "hidden";
  };
  const texts = (plot) =>
    [...plot.querySelectorAll(".main-svg text")].filter(
      (text) => text.textContent.trim() && !text.closest(".hoverlayer, .modebar") && isShown(text),
    );

  // This returns everything drawn as text, so that pictures that look different give different text.
  const picture = (root) =>
    [...root.querySelectorAll(".js-plotly-plot .main-svg > g:not(.hoverlayer)")]
      .map((group) => group.outerHTML)
      .join("\n");

  // This waits until the picture has stayed the same for 100 milliseconds; false if it never does.
  const comesToRest = async (root, tries) => {
    let last = picture(root);
    for (let i = 0; i < tries; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = picture(root);
      if (now && now === last) return true;
      last = now;
    }
    return false;
  };

  const points = (root) =>
    plots(root)[0]._fullData.map((trace) =>
      [trace.x, trace.y].map((values) =>
        Array.from(values, (value) => (Number.isNaN(value) ? null : value ?? null)),
      ),
    );

  const cells = (root) =>
    [...root.querySelectorAll("tr")].map((row) =>
      [...row.querySelectorAll("th, td")].map((cell) => cell.textContent),
    );
  const cellsOf = (html) => cells(new DOMParser().parseFromString(html, "text/html"));

  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const differences = (root, words, table, drawn) => {
    const said = root.querySelector(".scaling-table > p");
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    if (!said || !plots(root)[0]?._fullData) return "there is no picture yet";
    if (plain(said.textContent) !== plain(words)) return `words: ${said.textContent}`;
    if (root.querySelector(".scaling-words.scaling-trouble")) return "words: an error";
    const shown = cells(root.querySelector(".scaling-table"));
    if (!same(shown, table)) return `table: ${JSON.stringify(shown)}`;
    return same(points(root), drawn) ? "" : `picture: ${JSON.stringify(points(root))}`;
  };
  // This looks every 50 milliseconds whether words, table and picture are these; it returns what
  // differs at the last look.
  const comesToShow = async (root, words, html, drawn, tries) => {
    const table = cellsOf(html);
    let found;
    for (let i = 0; i < tries && (found = differences(root, words, table, drawn)); i += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return found;
  };

  // ------------------------------------------------------------ room

  // The empty space above and below letters may overlap, so it is left out of a text's box.
  const core = (node, shrink = 2) => {
    const box = node.getBoundingClientRect();
    return {
      left: box.left + shrink, right: box.right - shrink,
      top: box.top + shrink, bottom: box.bottom - shrink,
    };
  };
  const overlaps = (plot) => {
    const found = [];
    const boxes = texts(plot).map((text) => [text.textContent, core(text)]);
    boxes.forEach(([one, a], i) =>
      boxes.slice(i + 1).forEach(([other, b]) => {
        if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          found.push(`“${one}” lies over “${other}”`);
      }),
    );
    return found;
  };
  const cutOff = (plot) => {
    const sheet = plot.querySelector(".main-svg").getBoundingClientRect();
    return texts(plot)
      .map((text) => [text.textContent, core(text, 1)])
      .filter(([, box]) =>
        box.left < sheet.left || box.right > sheet.right ||
        box.top < sheet.top || box.bottom > sheet.bottom)
      .map(([text]) => `“${text}” is cut off`);
  };
  const small = (plot, least = 12) =>
    texts(plot)
      .map((text) => [text.textContent, parseFloat(getComputedStyle(text).fontSize)])
      .filter(([, size]) => size < least)
      .map(([text, size]) => `“${text}” is ${size} px small`);
  const wide = (node, name) =>
    node.scrollWidth > node.clientWidth + 1
      ? [`${name} is ${node.scrollWidth} px wide in ${node.clientWidth} px`] : [];
  // This finds boxes that hide a part of their content or have to be scrolled. Tables may scroll.
  const hidden = (root) =>
    [root, ...root.querySelectorAll("*")]
      .filter((node) => !node.closest("svg, .js-plotly-plot") && node.clientWidth > 1)
      .filter((node) => getComputedStyle(node).overflowX !== "visible")
      .filter((node) => node === root || !node.querySelector("table"))
      .flatMap((node) => wide(node, node.className || node.tagName));
  const tooWide = (plot) => {
    const room = plot.parentElement.getBoundingClientRect();
    const drawn = plot.querySelector(".main-svg").getBoundingClientRect();
    return drawn.right > room.right + 1 || drawn.left < room.left - 1
      ? [`a picture of ${drawn.width} px stands in ${room.width} px`] : [];
  };
  const tooTall = (plot) => {
    const room = plot.closest(".scaling-picture")?.getBoundingClientRect();
    const drawn = plot.getBoundingClientRect();
    return room && drawn.bottom > room.bottom + 1
      ? [`a picture of ${drawn.height} px is cut off after ${room.bottom - drawn.top} px`] : [];
  };
  const fits = (plot) => [
    ...overlaps(plot), ...cutOff(plot), ...small(plot), ...tooWide(plot), ...tooTall(plot),
  ];

  // ------------------------------------------------------------ contrast (WCAG 2.2, 1.4.3)

  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return colour === "transparent" ? [0, 0, 0, 0] : [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [
    r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1,
  ];
  // Ancestors are asked once for all that they hold, because asking for a style takes long.
  const remembered = (ask) => {
    const known = new Map();
    const answer = (node) => {
      if (!known.has(node)) known.set(node, ask(node, answer));
      return known.get(node);
    };
    return answer;
  };
  const groundOf = (node, ground) => {
    const layer = parse(getComputedStyle(node).backgroundColor);
    if (layer[3] === 1) return layer;
    return over(layer, node.parentElement ? ground(node.parentElement) : [255, 255, 255, 1]);
  };
  const fadeOf = (node, fade) =>
    getComputedStyle(node).opacity * (node.parentElement ? fade(node.parentElement) : 1);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (ink, paper) => {
    const [high, low] = [light(over(ink, paper)), light(paper)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const faint = (node, colour, paper, opacity, least) => {
    const [r, g, b, a] = parse(colour);
    const found = ratio([r, g, b, a * opacity], paper);
    const what = node.textContent.trim().slice(0, 40) || node.tagName;
    return found < least ? [`“${what}” has a contrast of ${found.toFixed(2)}`] : [];
  };
  const hasOwnText = (node) =>
    [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const pale = (root, least = 4.5) => {
    const [ground, fade] = [remembered(groundOf), remembered(fadeOf)];
    const page = [...root.querySelectorAll("*")]
      .filter((node) => !node.closest("svg, style, script") && !node.disabled && isShown(node))
      .filter((node) => hasOwnText(node) || node.matches("select, textarea"))
      .flatMap((node) => faint(node, getComputedStyle(node).color, ground(node), fade(node), least));
    const drawn = plots(root).flatMap((plot) => {
      const paper = ground(plot.querySelector(".main-svg"));
      return texts(plot).flatMap((text) =>
        faint(text, getComputedStyle(text).fill, paper, fade(text), least),
      );
    });
    return [...page, ...drawn];
  };

  // ------------------------------------------------------------ all of it

  const faults = (root) => [
    ...hidden(root), ...plots(root).flatMap(fits), ...pale(root),
  ];
  const faultsOfPage = () => [
    ...wide(document.querySelector(".jp-WindowedPanel-outer"), "the notebook"),
    ...[...document.querySelectorAll(".jp-OutputArea-output")].flatMap((output) => [
      ...hidden(output), ...plots(output).flatMap(fits), ...pale(output),
    ]),
  ];
  const axes = (root, names, what) => names.map((name) => plots(root)[0]._fullLayout[name][what]);

  return {
    plots, picture, comesToRest, comesToShow, points, cells, cellsOf, faults, faultsOfPage, axes,
  };
})();
