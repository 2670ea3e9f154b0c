// What a tester measures on the page: injected before each question.

/** Red, green, blue and opacity of a computed colour. */
function parts(colour) {
  const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
  return numbers.length === 3 ? [...numbers, 1] : numbers;
}

/** A colour laid over another. */
const over = ([r, g, b, a], below) => [r * a + below[0] * (1 - a), g * a + below[1] * (1 - a), b * a + below[2] * (1 - a)];

/** WCAG 2's relative luminance. */
function luminance(colour) {
  const [r, g, b] = colour.map((value) => { const share = value / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What an element is painted on. */
function ground(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(parts(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((below, layer) => over(layer, below), [0, 0, 0]);
}

function isSeen(element) {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 1 && box.height > 1 && style.visibility === 'visible' && element.checkVisibility() && !element.closest('.unseen, .skip, dialog:not([open])');
}

/** Texts with less contrast than asked for; large ones (24 px, or bold 18.7 px) need 3. */
function dullTexts(least) {
  const dull = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName) || !isSeen(element) || element.closest(':disabled')) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const svg = element.namespaceURI.endsWith('svg');
    const text = over(parts(svg ? style.fill : style.color), below);
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const [light, dark] = [luminance(text.map((value, index) => value * opacity + below[index] * (1 - opacity))), luminance(below)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : least)) dull.push(`${contrast.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return dull;
}

/** How much of each box's outline has its kind's colour on the canvas. */
function drawnBoxes() {
  const view = page.view;
  view.drawNow();
  const context = view.canvas.getContext('2d');
  return view.targets.map((target) => {
    const { colour, shape } = kindOf(target);
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const [x, y] = view.toScreen(target.column, target.row);
    const half = view.reach(target);
    let hits = 0;
    const count = 40;
    for (let step = 0; step < count; step++) {
      const angle = (2 * Math.PI * step) / count;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const radius = shape === 'circle' ? half : shape === 'diamond' ? (half * 1.25) / (Math.abs(cos) + Math.abs(sin)) : half / Math.max(Math.abs(cos), Math.abs(sin));
      const [px, py] = [(x + radius * cos) * view.ratio, (y + radius * sin) * view.ratio].map(Math.round);
      // Beyond the canvas's edge nothing can be drawn; other boxes and numbers may cover a part.
      if (px < 2 || py < 2 || px > view.canvas.width - 3 || py > view.canvas.height - 3) { hits++; continue; }
      const around = context.getImageData(px - 2, py - 2, 5, 5).data;
      for (let at = 0; at < around.length; at += 4) {
        if (wanted.every((value, channel) => Math.abs(value - around[at + channel]) < 45)) { hits++; break; }
      }
    }
    return [target.rank, hits / count];
  });
}

/** The share of the image's middle that is not grey. */
function colourfulness() {
  const { canvas } = page.view;
  const { data } = canvas.getContext('2d').getImageData(canvas.width / 4, canvas.height / 4, canvas.width / 2, canvas.height / 2);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 12) count++;
  return count / (data.length / 4);
}

/** Elements that reach beyond the page's width. */
function beyondTheEdge(width) {
  return [...document.querySelectorAll('body *')].filter((one) => isSeen(one) && one.getBoundingClientRect().right > width + 1 && !one.closest('.strip, .table-frame'))
    .slice(0, 8).map((one) => `${one.tagName} ${one.className} ${Math.round(one.getBoundingClientRect().right)}`);
}

/** What can be pressed and is smaller than that, either way. */
function smallTargets(least) {
  return [...document.querySelectorAll('button, input, a')].filter((one) => isSeen(one) && Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < least - 0.5)
    .map((one) => `${one.tagName} ${one.id || one.innerText} ${one.getBoundingClientRect().width}x${one.getBoundingClientRect().height}`);
}

/** What has the focus, and how wide its outline is. */
function focusRing() {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  return [one.id || one.getAttribute('aria-label') || one.innerText || one.tagName, style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth)];
}
