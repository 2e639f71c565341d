// What a person can see of a loaded page, as plain data: runs of text, pictures, controls, filled boxes.
// One function without arguments; what it changes it puts back. `structure.py` turns the data into blocks, after it
// has looked at the pixels: only what is seen in the picture counts. Runs in a world of its own, out of the page's reach.
() => {
  const MOST = 4000, LEAST_FONT = 6;
  const styles = new Map(), opacities = new Map(), colours = new Map(), clips = new Map();
  const root = document.documentElement, body = document.body;
  const scrolls = [window.scrollX, window.scrollY];
  window.scrollTo({left: 0, top: 0, behavior: "instant"});
  const remembered = (map, key, make) => { if (!map.has(key)) map.set(key, make(key)); return map.get(key); };
  const style = element => remembered(styles, element, e => getComputedStyle(e));
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", {willReadFrequently: true});

  // [red, green, blue, alpha] of any CSS colour, whatever its notation
  const colour = text => remembered(colours, text, css => {
    const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(css);
    if (plain) return [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]];
    pen.clearRect(0, 0, 1, 1); pen.fillStyle = "rgba(0, 0, 0, 0)"; pen.fillStyle = css; pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  });
  const opacity = element => remembered(opacities, element, e =>
    (e.parentElement ? opacity(e.parentElement) : 1) * (+style(e).opacity));
  const blurs = text => /blur\(([\d.]+)px\)/.test(text) && +RegExp.$1 >= 3;
  const blurred = element => !!element && (blurs(style(element).filter) || blurred(element.parentElement));
  const shown = element => style(element).visibility === "visible" && opacity(element) > 0.02 && !blurred(element);
  const over = (top, alpha, under) => [0, 1, 2].map(i => top[i] * alpha + under[i] * (1 - alpha));
  // the part of the page in which an element can be seen at all, given what its ancestors cut off
  const everything = [-1e6, -1e6, 1e6, 1e6];
  const meet = (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  const clip = element => remembered(clips, element, e => {
    const position = style(e).position;
    if (position === "fixed") return everything;
    const parent = position === "absolute" ? e.offsetParent : e.parentElement;
    if (!parent || parent === body || parent === root) return everything;
    const outer = clip(parent);
    if (style(parent).overflowX === "visible" && style(parent).overflowY === "visible") return outer;
    const r = parent.getBoundingClientRect();
    return meet(outer, [r.left, r.top, r.right, r.bottom]);
  });
  // [x, y, width, height] of what is left of a rectangle, or null where less than a third is
  const seen = (r, element) => {
    if (r.width < 1 || r.height < 1) return null;
    const [left, top, right, bottom] = meet([r.left, r.top, r.right, r.bottom], clip(element));
    if (right <= left || bottom <= top) return null;
    return (right - left) * (bottom - top) < r.width * r.height / 3 ? null : [left, top, right - left, bottom - top];
  };

  const REPLACED = "img,video,canvas,iframe,embed,object,picture,svg";
  const opaque = element => element.matches("img,video,canvas,iframe,embed,object")
    ? opacity(element) > 0.9
    : (colour(style(element).backgroundColor)[3] > 0.9 || style(element).backgroundImage !== "none") && opacity(element) > 0.9 ||
      blurs(style(element).backdropFilter || "");
  const fixed = element => { for (let e = element; e; e = e.parentElement) if (style(e).position === "fixed") return true; return false; };
  // whether something opaque lies over the element at a point of the page
  const covered = (element, x, y) => {
    if (y < window.scrollY || y >= window.scrollY + window.innerHeight) {
      window.scrollTo({left: 0, top: Math.max(0, y - 8), behavior: "instant"});
    }
    const scrolled = window.scrollY > 0;
    for (const hit of document.elementsFromPoint(x, y - window.scrollY)) {
      if (hit === element || (element.matches("button,a,svg") && element.contains(hit))) return false;
      if (scrolled && fixed(hit) && !fixed(element)) continue;
      if (opaque(hit)) return true;
    }
    return false;
  };
  const hidden = (element, rects) => {
    const points = [];
    for (const [x, y, w, h] of rects.slice(0, 3)) {
      for (const at of [0.1, 0.5, 0.9]) points.push([x + w * at, y + h * (rects.length > 1 || h < 40 ? 0.5 : at)]);
    }
    return points.filter(([x, y]) => covered(element, x, y)).length > points.length / 2;
  };

  const inline = element => style(element).display === "inline";
  const blockOf = element => { let e = element; while (e.parentElement && inline(e)) e = e.parentElement; return e; };
  // the box in which a line of text stands left, right or in the middle: the first ancestor that leaves room
  const room = (element, width) => {
    for (let e = blockOf(element), i = 0; e && i < 6; e = e.parentElement, i++) {
      const s = style(e), r = e.getBoundingClientRect();
      const left = r.left + parseFloat(s.paddingLeft), right = r.right - parseFloat(s.paddingRight);
      if (right - left >= width + 24) return [left, right];
    }
    return null;
  };
  const type = (s, scale) => ({size: parseFloat(s.fontSize) * scale, bold: +s.fontWeight >= 600, italic: s.fontStyle !== "normal",
    underline: s.textDecorationLine.includes("underline")});
  const scaleOf = element => {  // of transformations; widths are rounded, so small differences are none
    const scale = element.offsetWidth ? element.getBoundingClientRect().width / element.offsetWidth : 1;
    return Math.abs(scale - 1) < 0.05 ? 1 : scale;
  };
  const cased = (text, transform) => transform === "uppercase" ? text.toUpperCase() : transform === "lowercase" ? text.toLowerCase()
    : transform === "capitalize" ? text.replace(/(^|\s)\S/g, c => c.toUpperCase()) : text;
  const squeezed = text => text.replace(/\s+/g, " ").trim();
  const union = rects => {
    const x = Math.min(...rects.map(r => r[0])), y = Math.min(...rects.map(r => r[1]));
    return [x, y, Math.max(...rects.map(r => r[0] + r[2])) - x, Math.max(...rects.map(r => r[1] + r[3])) - y];
  };
  const visibleBorder = s => ["Top", "Right", "Bottom", "Left"].some(side =>
    parseFloat(s[`border${side}Width`]) >= 1 && s[`border${side}Style`] !== "none" && colour(s[`border${side}Color`])[3] > 0.05);
  const filled = s => colour(s.backgroundColor)[3] > 0.03 || s.backgroundImage.includes("gradient(");
  const isControl = e => e.matches("button,input,select,textarea") ||
    (e.matches("a") && squeezed(e.textContent) !== "" && (filled(style(e)) || visibleBorder(style(e))) &&
      e.getBoundingClientRect().height <= 90 && !e.querySelector(REPLACED + ",h1,h2,h3,p"));

  const blocks = [], owners = [];
  const add = (block, owner) => { blocks.push(block); owners.push(owner); };

  const controls = new Set();
  for (const e of body ? body.querySelectorAll("*") : []) {
    if (blocks.length >= MOST) break;
    if (!shown(e)) continue;
    const s = style(e), r = seen(e.getBoundingClientRect(), e);
    if (!r) continue;
    if (isControl(e)) {
      controls.add(e);
      const field = e.matches("input,textarea,select");
      const written = !field ? e.innerText : e.matches("select") ? (e.selectedOptions[0] || {text: ""}).text
        : /^(checkbox|radio|range|color|image)$/.test(e.type) ? "" : e.value || e.placeholder || (e.type === "submit" ? "Submit" : "");
      const ink = colour(field && !e.value && e.placeholder ? getComputedStyle(e, "::placeholder").color : s.color);
      add({kind: "control", tag: field ? (e.matches("input") ? e.type : e.localName) : "button", text: cased(squeezed(written || ""), s.textTransform), box: r, lines: [r],
        color: ink.slice(0, 3), alpha: ink[3] * opacity(e), ...type(s, scaleOf(e)), align: s.textAlign,
        room: null, radius: parseFloat(s.borderTopLeftRadius) || 0}, e);
    } else if (e.matches("img,video,canvas,iframe,embed,object") || (e.localName === "svg" && !e.parentElement.closest("svg")) || s.backgroundImage.includes("url(")) {
      if (r[2] < 4 || r[3] < 4) continue;
      add({kind: "image", tag: e.localName === "svg" ? "svg" : "img", text: "", box: r, lines: [],
        radius: parseFloat(s.borderTopLeftRadius) || 0}, e);
    } else if ((filled(s) || visibleBorder(s) || s.boxShadow !== "none") && !e.closest("svg") && r[2] >= 8 && r[3] >= 1) {
      add({kind: "box", tag: e.localName, text: "", box: r, lines: [], radius: parseFloat(s.borderTopLeftRadius) || 0}, null);
    }
  }

  const NOT_SEEN = "script,style,noscript,title,template,select,textarea,button,option";
  const walker = document.createTreeWalker(body || root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let previous = null;
  for (let node = walker.nextNode(); node && blocks.length < MOST; node = walker.nextNode()) {
    const text = squeezed(node.data), e = node.parentElement;
    if (!text || !e || e.closest(NOT_SEEN) || !shown(e)) continue;
    const link = e.closest("a");
    if (link && controls.has(link)) continue;
    const s = style(e), ink = colour(e.closest("svg") ? s.fill : s.color), scale = scaleOf(e);
    if (ink[3] * opacity(e) < 0.05 || parseFloat(s.fontSize) * scale < LEAST_FONT) continue;
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].map(r => seen(r, e)).filter(r => r && r[3] >= LEAST_FONT);
    if (!rects.length) continue;
    const lines = [];  // one rectangle a line
    for (const r of rects) {
      const last = lines[lines.length - 1];
      if (last && Math.abs(last[1] - r[1]) < r[3] / 2) { lines[lines.length - 1] = union([last, r]); } else lines.push(r);
    }
    const box = union(lines), block = blockOf(e);
    const run = {kind: "text", tag: (e.closest("h1,h2,h3,h4,h5,h6,a,li,label,th,td,p") || e).localName, text: cased(text, s.textTransform), box, lines,
      color: ink.slice(0, 3), alpha: ink[3] * opacity(e), ...type(s, scale), align: s.textAlign, room: null, radius: 0};
    // pieces of one sentence that look alike are one run, however many elements they were written in
    if (previous && previous.block === block && previous.link === link && (inline(previous.e) || inline(e))) {
      const p = previous.run, a = p.lines[p.lines.length - 1], b = lines[0];
      const alike = String([p.color, p.alpha, p.size, p.bold, p.italic, p.underline]) === String([run.color, run.alpha, run.size, run.bold, run.italic, run.underline]);
      const near = Math.abs(a[1] - b[1]) < b[3] / 2 && b[0] - (a[0] + a[2]) < run.size * 0.6 && b[0] - (a[0] + a[2]) > -2;
      if (alike && near) {
        const gap = /\s$/.test(previous.node.data) || /^\s/.test(node.data) || b[0] - (a[0] + a[2]) > run.size * 0.15 ? " " : "";
        p.text += gap + run.text; p.lines[p.lines.length - 1] = union([a, b]); p.lines.push(...lines.slice(1)); p.box = union(p.lines);
        previous.node = node; previous.e = e;
        continue;
      }
    }
    run.room = room(e, box[2]);
    add(run, e);
    previous = {run, block, link, node, e};
  }

  const own = colour(style(root).backgroundColor), inner = body ? colour(style(body).backgroundColor) : [0, 0, 0, 0];
  const ground = own[3] ? over(own, own[3], [255, 255, 255]) : over(inner, inner[3], [255, 255, 255]);
  // last, because it scrolls: places are those of the page's top. What lets the pointer through still covers
  const passed = [...document.querySelectorAll("*")].filter(e => getComputedStyle(e).pointerEvents === "none" && e.style)
    .map(e => [e, e.getAttribute("style")]);
  for (const [e] of passed) e.style.setProperty("pointer-events", "auto", "important");
  const open = blocks.filter((block, i) => !owners[i] || !hidden(owners[i], block.lines.length ? block.lines : [block.box]));
  for (const [e, before] of passed) before === null ? e.removeAttribute("style") : e.setAttribute("style", before);
  window.scrollTo({left: scrolls[0], top: scrolls[1], behavior: "instant"});
  return {ground, blocks: open};
}
