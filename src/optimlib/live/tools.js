// Reset, and the figure's small menu: its address, a frame for another page, a picture, its code.

function makeTools(figure, { name, controls }, settings, go) {
  const menu = figure.querySelector(".live-menu"), list = menu.querySelector("div");
  const find = (kind) => figure.querySelector(`.live-${kind}`);
  const addressIn = (page) => page.split("#")[0] + writeAddress(name, settings(), controls);
  find("reset").onclick = () => go(controls.map(({ start }) => start));
  copies(find("copy"), () => addressIn(location.href));
  copies(find("embed"), () => frameFor(figure, addressIn(new URL(figure.dataset.page ?? "", location.href).href)));
  find("svg").onclick = () => save(pictureOf(figure), `${name}.svg`);
  find("png").onclick = async () => save(await pixelsOf(pictureOf(figure)), `${name}.png`);

  const code = figure.closest(".cell")?.querySelector(".live-code");
  if (code) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "live-show-code";
    button.textContent = "Code";
    button.setAttribute("aria-expanded", "false");
    button.onclick = () => {
      code.open = !code.open;
      button.setAttribute("aria-expanded", String(code.open));
      menu.open = false;
    };
    list.append(button);
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// A button that copies a text; where copying is forbidden it shows the text, to be copied by hand.
function copies(button, textOf) {
  const label = button.textContent;
  button.onclick = async () => {
    const text = textOf();
    let copied = true;
    await Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject()).catch(() => (copied = false));
    button.textContent = copied ? "Copied" : text;
    setTimeout(() => (button.textContent = label), copied ? 1500 : 15000);
  };
}

// The line that shows a figure in another page, as high as it is here.
function frameFor(figure, address) {
  const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const { maxWidth } = figure.style, height = Math.ceil(figure.offsetHeight + 48);
  const look = `style="border: 0; max-width: ${maxWidth}" loading="lazy"`;
  return `<iframe src="${quoted(address)}" title="${quoted(figure.getAttribute("aria-label"))}" width="100%" height="${height}" ${look}></iframe>`;
}

// The picture as it stands, on white paper: SVG that needs no page around it.
function pictureOf(figure) {
  const layers = [...figure.querySelectorAll(".live-still, .live-overlay")].map((layer) => layer.cloneNode(true));
  const overlay = figure.querySelector(".live-overlay");
  const [, , across, down] = overlay.getAttribute("viewBox").split(" ").map((side) => Number(side) / 10);
  const picture = make("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${across} ${down}`, width: `${across}pt`, height: `${down}pt` });
  const look = make("style", {});
  look.textContent = "svg{color:#111;fill:#111;stroke-linejoin:round} text{white-space:pre} .live-overlay{stroke-linejoin:miter}";
  for (const layer of layers) {
    layer.setAttribute("width", across);
    layer.setAttribute("height", down);
  }
  layers.at(-1).setAttribute("font-family", getComputedStyle(overlay).fontFamily);
  picture.append(look, make("rect", { width: "100%", height: "100%", style: "fill:#fff" }), ...layers);
  return new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
}

// The same in pixels, 300 to an inch.
async function pixelsOf(picture) {
  const image = new Image(), canvas = document.createElement("canvas"), scale = 300 / 96;
  image.src = URL.createObjectURL(picture);
  await image.decode();
  Object.assign(canvas, { width: image.width * scale, height: image.height * scale });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done));
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
