// What a reader of the page stumbles over as it is shown now, a sentence each; run by tests/_browser.py.
() => {
  const found = [];
  const root = document.documentElement;
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  const named = (element) => {
    const tag = element.tagName.toLowerCase();
    return `<${tag}${element.id ? "#" + element.id : ""}${element.className.length ? "." + element.className : ""}>`;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const label = (element) => {
    const ids = (element.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    const told = ids.map(id => (document.getElementById(id) || { textContent: "" }).textContent).join(" ");
    return (element.getAttribute("aria-label") || told).trim();
  };

  // The page does not scroll sideways; what is wider scrolls by itself, and by keyboard.
  const beyond = root.scrollWidth - root.clientWidth;
  if (beyond > 0) found.push(`the page is ${beyond} px wider than its window`);
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const scrolls = [[style.overflowX, element.scrollWidth - element.clientWidth],
      [style.overflowY, element.scrollHeight - element.clientHeight]];
    if (shown(element) && scrolls.some(([how, hidden]) => ["auto", "scroll"].includes(how) && hidden > 1)) {
      if (element.tabIndex < 0) found.push(`${named(element)} scrolls, and no key reaches it`);
    }
  }

  // Contrast of every text, as WCAG 2.2 has it (1.4.3): 4.5 to 1, of large texts 3 to 1.
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = new Map();
  const colour = (written) => {
    if (!read.has(written)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = written;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
      read.set(written, [red, green, blue, alpha / 255]);
    }
    return read.get(written);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => part * a + below[i] * (1 - a)).concat(1);
  const grounds = new Map();
  const ground = (element) => {
    if (!grounds.has(element)) grounds.set(element, composed(element));
    return grounds.get(element);
  };
  const composed = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.push(colour(getComputedStyle(at).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(root).colorScheme.includes("dark");
    return layers.reduceRight((below, layer) => over(layer, below), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrasts = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let measured = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    if (style.clipPath === "inset(50%)") continue; // for who listens alone
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    const below = ground(element);
    const ink = over(colour(element.closest("svg") ? style.fill : style.color), below);
    const [light, dark] = [luminance(ink), luminance(below)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    measured += 1;
    if (ratio < (large ? 3 : 4.5)) {
      contrasts.set(named(element), `${named(element)} has a contrast of ${ratio.toFixed(2)}: ${texts.currentNode.data.trim().slice(0, 40)}`);
    }
  }
  if (!measured) found.push("no text is shown");
  found.push(...contrasts.values());

  // Whoever listens finds a way through: headings in order, landmarks and pictures with names.
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(heading => +heading.tagName[1]);
  if (levels.filter(level => level === 1).length !== 1) found.push("there is not exactly one first heading");
  levels.forEach((level, i) => {
    if (level > (i ? levels[i - 1] : 0) + 1) found.push(`a heading of level ${level} comes after one of level ${i ? levels[i - 1] : 0}`);
  });
  if (document.querySelectorAll("main, [role=main]").length !== 1) found.push("there is not exactly one main part");
  if (!root.lang) found.push("the page does not say its language");
  if (!document.title.trim()) found.push("the page has no title");
  for (const element of document.querySelectorAll("[role=region], section[aria-labelledby], nav[aria-label], article[aria-labelledby]")) {
    if (!label(element)) found.push(`${named(element)} has no name`);
  }
  for (const svg of document.querySelectorAll("svg")) {
    if (svg.closest("[aria-hidden=true]") || !svg.getClientRects().length) continue;
    if (svg.getAttribute("role") !== "img" || !label(svg)) found.push("a picture has no role or no name");
  }
  for (const image of document.querySelectorAll("img:not([alt])")) found.push(`${named(image)} has no text in its place`);
  for (const cell of document.querySelectorAll("th")) {
    if (cell.textContent.trim() && !cell.scope && !cell.closest("thead")) found.push(`${named(cell)} does not say of what it is the heading`);
  }
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  new Set(ids.filter((id, i) => ids.indexOf(id) !== i)).forEach(id => found.push(`#${id} stands there twice`));
  for (const link of document.querySelectorAll("a[href^='#']")) {
    const id = decodeURIComponent(link.hash.slice(1));
    if (id && !document.getElementById(id)) found.push(`a link leads to #${id}, which is not there`);
  }
  return found;
}
