// Questions that a figure asks before it moves. `finish(answer)` is called once, with what the reader
// said, or with nothing for "show me"; `saved` is an answer given before. `shape()` is the head of the
// shape that is shown; `place` follows where that is another. A point is a share of its panel's sides.

function makeQuestion(figure, shape, saved, finish) {
  const box = figure.querySelector(".live-question");
  if (!box) return { skip() {}, place() {} };
  const verdict = box.querySelector(".live-verdict");
  const { kind } = box.dataset, panel = document.createElement("div");
  const said = (key) => box.querySelector(`[data-said="${key}"]`)?.textContent ?? "";
  let done = false;

  function close(lines, answer, again) {
    if (done) return;
    done = true;
    box.classList.add("live-answered");
    for (const button of box.querySelectorAll(".live-option")) button.disabled = true;
    verdict.replaceChildren(
      ...lines.filter(Boolean).map((line) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = line;
        return paragraph;
      }),
    );
    panel.querySelector(".live-point")?.remove();
    finish(answer, again);
  }

  const judges = {
    choice(answer, again) {
      const options = [...box.querySelectorAll(".live-option")];
      const right = options.findIndex((option) => "right" in option.dataset);
      options[answer]?.classList.add("live-chosen");
      const feedback = (number) => said(number).slice(options[number].textContent.length + 2);
      const truth = feedback(right).replace(/^Yes[:,.]?\s*/, "");
      const lines = [options[answer] && feedback(answer), answer !== right && `${options[right].textContent}: ${truth}`];
      close([...lines, said("because")], answer, again);
    },
    number(answer, again) {
      const field = box.querySelector(".live-number");
      const far = Math.abs(answer - Number(field.dataset.answer));
      if (answer !== undefined) field.value = answer;
      field.disabled = true;
      const near = far <= Number(field.dataset.within) ? "Yes. " : "";
      close([answer === undefined ? said("is") : `${near}You said ${String(answer).replace("-", "−")}. ${said("is")}`, said("because")], answer, again);
    },
    point(answer, again) {
      const { at, counts, within } = shape().point;
      spot(at, "live-so");
      if (answer) spot(answer, "");
      const near = answer?.every((share, i) => !counts[i] || Math.abs(share - at[i]) <= within);
      close([answer && (near ? "Yes." : "Not quite: it is where the full dot is."), said("because")], answer, again);
    },
  };

  function spot([x, y], look) {
    const dot = document.createElement("div");
    dot.className = `live-spot ${look}`;
    dot.style.left = `${100 * x}%`;
    dot.style.top = `${100 * y}%`;
    panel.append(dot);
  }

  function place() {
    if (kind !== "point") return;
    const { point, size: [width, height] } = shape(), [x, y, w, h] = point.box;
    const places = { left: x / width, top: y / height, width: w / width, height: h / height };
    for (const [name, share] of Object.entries(places)) panel.style[name] = `${100 * share}%`;
  }

  for (const button of box.querySelectorAll(".live-option")) {
    button.addEventListener("click", () => judges.choice(Number(button.dataset.option)));
  }
  const field = box.querySelector(".live-number");
  const enter = () => {
    const answer = numberIn(field.value);
    if (answer === undefined) verdict.textContent = "Enter a number, such as 0.5 or 1e-3.";
    else judges.number(answer);
  };
  box.querySelector(".live-enter")?.addEventListener("click", enter);
  field?.addEventListener("keydown", (event) => {
    event.stopPropagation(); // JupyterLab would take the keys
    if (event.key === "Enter") enter();
  });
  if (kind === "point") {
    panel.className = "live-panel";
    if (!saved) panel.append(makeTarget((answer) => judges.point(answer)));
    figure.querySelector(".live-stage").append(panel);
    place();
  }
  const show = () => judges[kind](undefined);
  box.querySelector(".live-show").addEventListener("click", show);
  if (saved) judges[kind](saved.answer, true);
  return { skip: show, place };
}

// A number as people write it: 0,5 and −3 and 10^-3, too.
function numberIn(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".").replace(/^(-?)10\^/, "$11e").replace(/%$/, "");
  return plain && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

// The panel on which a point is shown, by pointer or by arrow keys and Enter.
function makeTarget(answer) {
  const target = document.createElement("div"), spot = document.createElement("div");
  target.className = "live-point";
  target.tabIndex = 0;
  target.setAttribute("role", "application");
  target.setAttribute("aria-label", "Point at your answer: arrow keys move, Enter answers");
  spot.className = "live-spot";
  let at = [0.5, 0.5];
  const follow = () => {
    spot.style.left = `${100 * at[0]}%`;
    spot.style.top = `${100 * at[1]}%`;
    if (!spot.isConnected) target.append(spot);
  };
  target.addEventListener("click", (event) => {
    const seen = target.getBoundingClientRect();
    at = [(event.clientX - seen.left) / seen.width, (event.clientY - seen.top) / seen.height];
    answer(at);
  });
  target.addEventListener("keydown", (event) => {
    const [along, way] = ARROWS[event.key] ?? [];
    if (!along && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!along) return answer(at);
    const side = along === "x" ? 0 : 1;
    at[side] = Math.min(Math.max(at[side] + 0.02 * way, 0), 1);
    follow();
  });
  return target;
}
