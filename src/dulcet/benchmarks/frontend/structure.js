// Returns the blocks that a person sees, as plain JSON. A first, simple version.
() => {
  const rgb = (text) => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const blocks = [];
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const add = (kind, element, box, text) => {
    if (box.width <= 0 || box.height <= 0) return;
    const style = getComputedStyle(element);
    blocks.push({
      kind, text, x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height,
      color: rgb(style.color).slice(0, 3), background: background(element),
      font_size: parseFloat(style.fontSize), bold: Number(style.fontWeight) >= 600, italic: style.fontStyle !== "normal",
      align: style.textAlign.replace("start", "left").replace("end", "right"), tag: element.localName,
    });
  };
  const walker = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\s+/g, " ").trim();
      if (!text) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      add("text", node.parentElement, range.getBoundingClientRect(), text);
    } else if (["img", "svg", "video", "canvas"].includes(node.localName)) {
      add("image", node, node.getBoundingClientRect(), node.getAttribute("alt") || "");
    } else if (["input", "textarea", "select", "button"].includes(node.localName)) {
      add("control", node, node.getBoundingClientRect(), node.getAttribute("placeholder") || node.getAttribute("value") || "");
    }
  }
  return blocks;
}
