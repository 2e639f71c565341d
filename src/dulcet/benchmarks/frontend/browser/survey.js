// Brings the page to rest and says how large it is. A page can name its elements `body` or `querySelectorAll`, and the
// document or a form would answer with them: here members are taken from the prototypes, and such names are taken away.
async (most) => {
  const of = (name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(document);
  const all = (root, selector) => Array.from(Document.prototype.querySelectorAll.call(root, selector));
  const elements = Document.prototype.getElementsByTagName.call(document, "*").length;
  if (elements > most) return { elements };
  const unname = (selector, prototype) => {
    for (const one of all(document, selector)) for (const attribute of ["name", "id"]) {
      const name = Element.prototype.getAttribute.call(one, attribute);
      if (name !== null && name in prototype) Element.prototype.removeAttribute.call(one, attribute);
    }
  };
  unname("img, form, embed, object, iframe", Document.prototype);
  unname("button, fieldset, input, object, output, select, textarea, img", HTMLFormElement.prototype);
  const rest = Document.prototype.createElement.call(document, "style");
  rest.textContent = "*,::before,::after{animation:none!important;transition:none!important;caret-color:transparent!important}"
    + "html{scroll-behavior:auto!important}noscript{display:none!important}";  // what only browsers without scripts show
  of("documentElement").append(rest);
  await of("fonts").ready;
  for (const animation of Document.prototype.getAnimations.call(document)) animation.cancel();
  for (const drawing of all(document, "svg")) {
    SVGSVGElement.prototype.pauseAnimations.call(drawing);
    SVGSVGElement.prototype.setCurrentTime.call(drawing, 0);
  }
  for (const waiting of all(document, "progress:not([value])")) waiting.setAttribute("value", "0");
  for (const moving of all(document, "marquee")) {
    const still = Document.prototype.createElement.call(document, "div");
    for (const { name, value } of moving.attributes) still.setAttribute(name, value);
    still.style.cssText = `display: inline-block; width: 100%; overflow: hidden; ${still.style.cssText}`;
    still.append(...moving.childNodes);
    moving.replaceWith(still);
  }
  const pixels = all(document, "img").reduce((sum, one) => sum + one.naturalWidth * one.naturalHeight, 0);
  const framed = all(document, "iframe[src], frame[src], object[data], embed[src]")
    .map((one) => one.src || one.data).filter((url) => typeof url === "string" && !url.startsWith("about:"));
  const root = of("documentElement"), body = of("body");
  const height = Math.max(root.scrollHeight, body ? body.scrollHeight : 0);
  return { elements, pixels, framed, height };
}
