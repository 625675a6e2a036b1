// The class view: with ?class in its address a page shows one figure at a time, as large as the screen
// allows, its question first. The figure is the page's own, lent to a dialog that fills the screen. It
// is left by opening the page anew, so that a reader's own answers are there again (see page.js).
{
  const figures = [...document.querySelectorAll(".live-figure")];
  const address = location.href.split(/[?#]/)[0];
  const withClass = new URLSearchParams(location.search).has("class");
  if (figures.length && withClass) start();

  function start() {
    const dialog = document.createElement("dialog"), place = document.createComment("its place");
    dialog.className = "class-view";
    dialog.tabIndex = -1;
    dialog.setAttribute("aria-label", "Class view");
    dialog.innerHTML =
      '<header><h1></h1><p role="status"></p>' +
      '<button type="button" aria-label="Previous figure">◀\uFE0E</button>' +
      '<button type="button" aria-label="Next figure">▶\uFE0E</button>' +
      '<button type="button">Leave</button></header>';
    const [heading, status] = dialog.querySelectorAll("h1, p");
    const [previous, next, away] = dialog.querySelectorAll("button");
    let shown; // the number of the figure

    function show(number) {
      if (number === shown || !figures[number]) return;
      if (shown !== undefined) giveBack(figures[shown]);
      const figure = figures[(shown = number)];
      heading.replaceChildren(...headingOf(figure));
      status.textContent = `${number + 1} of ${figures.length}`;
      previous.disabled = number === 0;
      next.disabled = number === figures.length - 1;
      figure.replaceWith(place);
      dialog.append(figure);
      if (!figure.querySelector(".live-question, .class-say")) hideSentence(figure);
      if (!dialog.contains(document.activeElement) || document.activeElement.disabled) dialog.focus();
      fit();
      dialog.scrollTop = 0;
      history.replaceState(null, "", `${address}?class#${figure.id}`);
    }

    function giveBack(figure) {
      figure.querySelector('.live-play[aria-pressed="true"]')?.click();
      place.replaceWith(figure);
    }

    // The question beside the picture or above it, whichever leaves more to the picture.
    function fit() {
      const figure = figures[shown], stage = figure.querySelector(".live-stage");
      const [across, down] = getComputedStyle(stage).aspectRatio.split("/");
      const wide = innerWidth < 900 || across / down > (1.25 * innerWidth) / innerHeight;
      dialog.classList.toggle("class-below", wide || !figure.querySelector(".live-question"));
    }

    const leave = () => location.replace(`${address}#${figures[shown].id}`);
    previous.onclick = () => show(shown - 1);
    next.onclick = () => show(shown + 1);
    away.onclick = leave;
    dialog.addEventListener("close", leave); // a phone's way back
    addEventListener("resize", fit);

    // Before any control, or the theme, takes the key. A remote sends PageUp and PageDown.
    const ways = { PageUp: -1, PageDown: 1, ArrowLeft: -1, ArrowRight: 1 };
    function press(event) {
      const { key, target } = event;
      const elsewhere = target !== document.body && !dialog.contains(target); // in the theme's search
      const busy = key.startsWith("Arrow") && target.closest("input, select, .live-pad, .live-point");
      if (elsewhere || busy || event.ctrlKey || event.metaKey || event.altKey) return;
      if (key !== "Escape" && !ways[key]) return;
      event.preventDefault();
      event.stopPropagation();
      const menu = dialog.querySelector(".live-menu[open]");
      if (ways[key]) show(shown + ways[key]);
      else if (menu) menu.open = false;
      else leave();
    }
    addEventListener("keydown", press, true);

    document.body.append(dialog);
    show(Math.max(0, figures.indexOf(named(location.hash))));
    dialog.showModal();
    dialog.focus();
  }

  // What stands between a figure's section and its sign for a link, formulas included.
  function headingOf(figure) {
    const heading = figure.closest("section")?.querySelector("h1, h2, h3, h4")?.cloneNode(true);
    heading?.querySelector(".headerlink")?.remove();
    return heading?.childNodes ?? [];
  }

  // Where a figure asks nothing, its sentence is the answer.
  function hideSentence(figure) {
    const say = document.createElement("button");
    say.type = "button";
    say.className = "class-say";
    say.textContent = "Show the sentence";
    say.onclick = () => {
      figure.classList.add("class-said");
      say.closest("dialog").focus();
    };
    figure.querySelector(".live-words").before(say);
  }

  // The figure of #live-momentum-on-beale or of #momentum_on_beale?rho=0.9.
  function named(hash) {
    const name = hash.slice(1).split("?")[0];
    return figures.find((figure) => figure.id === name || figure.dataset.name === name);
  }
}
