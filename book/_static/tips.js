// What a link leads to, beside it: under the mouse, with the focus, or at a first tap; a second one follows the link.
{
  const article = document.querySelector("article[data-tips]");
  const tip = document.createElement("div");
  const WAIT = 200; // ms: who only passes by sees nothing, and there is time to reach the tip
  const GAP = 6; // pixels
  let tips, loading, wanted, shown, timer, pointer;

  const linkAt = ({ target }) => target.closest?.("a[data-tip]");
  const later = (act) => {
    clearTimeout(timer);
    timer = setTimeout(act, WAIT);
  };

  /** The page's tips stand in a script of their own: scripts load from file:// too. */
  function load() {
    globalThis.bookTips = (found) => (tips = found);
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = article.dataset.tips;
      script.onload = script.onerror = () => resolve((tips ??= {}));
      document.head.append(script);
    });
    return loading;
  }

  /** Whether there was something to show. */
  async function show(link) {
    clearTimeout(timer);
    wanted = link;
    if (!tips) await load();
    const html = tips[link.getAttribute("href")];
    if (!html || wanted !== link) return Boolean(html);
    shown?.removeAttribute("aria-describedby");
    shown = link;
    tip.innerHTML = html;
    link.setAttribute("aria-describedby", tip.id);
    tip.showPopover();
    place();
    return true;
  }

  function hide() {
    clearTimeout(timer);
    wanted = undefined;
    close();
  }

  function close() {
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
    if (tip.matches(":popover-open")) tip.hidePopover();
  }

  /** Below the link or above it, where there is more room, and on the screen. Moved by `translate`, it shifts nothing. */
  function place() {
    if (!shown) return;
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const lines = [...shown.getClientRects()], first = lines[0], last = lines.at(-1);
    if (!first || last.bottom < 0 || first.top > height) return close(); // another may be wanted already
    const above = first.top - 2 * GAP, below = height - last.bottom - 2 * GAP;
    tip.style.maxHeight = "none";
    const under = tip.offsetHeight <= below || below >= above;
    tip.style.maxHeight = `${Math.max(above, below)}px`;
    const x = Math.max(GAP, Math.min((under ? last : first).left, width - tip.offsetWidth - GAP));
    const y = under ? last.bottom + GAP : first.top - GAP - tip.offsetHeight;
    tip.style.translate = `${x}px ${y}px`;
  }

  function begin() {
    Object.assign(tip, { id: "tip", className: "tip", popover: "manual", role: "tooltip" });
    article.append(tip);
    for (const link of article.querySelectorAll("a[data-tip][title]")) link.removeAttribute("title"); // not twice

    article.addEventListener("pointerover", (event) => {
      const link = linkAt(event);
      if (event.pointerType === "touch") return;
      if (tip.contains(event.target) || (link && link === shown)) clearTimeout(timer);
      else if (link && !link.contains(event.relatedTarget)) later(() => show(link));
    });
    article.addEventListener("pointerout", (event) => {
      if (event.pointerType === "touch" || !(linkAt(event) || tip.contains(event.target))) return;
      later(() => shown?.matches(":focus-visible") || hide());
    });
    article.addEventListener("focusin", (event) => {
      const link = linkAt(event);
      if (link?.matches(":focus-visible") && pointer !== "touch") show(link);
    });
    article.addEventListener("focusout", (event) => linkAt(event) && hide());
    article.addEventListener("click", (event) => {
      const link = linkAt(event);
      if (!link || pointer !== "touch" || link === shown) return;
      event.preventDefault();
      show(link).then((found) => found || location.assign(link.href));
    });
    addEventListener("pointerdown", (event) => {
      pointer = event.pointerType;
      if (!linkAt(event) && !tip.contains(event.target)) hide();
    });
    addEventListener("keydown", (event) => {
      pointer = "keys";
      if (event.key === "Escape") hide();
    });
    addEventListener("scroll", place, { capture: true, passive: true });
    addEventListener("resize", place);
    addEventListener("pagehide", hide);
  }

  if (article && tip.showPopover) begin();
}
