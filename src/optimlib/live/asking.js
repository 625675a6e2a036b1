// Questions that a figure asks before it moves. `finish(answer)` is called once, with what the reader
// said, or with nothing for "show me"; `saved` is an answer given before.

function makeQuestion(figure, point, size, saved, finish) {
  const box = figure.querySelector(".live-question");
  if (!box) return () => {};
  const verdict = box.querySelector(".live-verdict");
  const stage = figure.querySelector(".live-stage");
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
    stage.querySelector(".live-point")?.remove();
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
      const { box: [x, y, w, h], at, counts, within } = point;
      spot(at, "live-so");
      if (answer) spot(answer, "");
      const near = answer && [w, h].every((side, i) => !counts[i] || Math.abs(answer[i] - at[i]) <= within * side);
      close([answer && (near ? "Yes." : "Not quite: it is where the full dot is."), said("because")], answer, again);
    },
  };

  function spot([x, y], look) {
    const dot = document.createElement("div");
    dot.className = `live-spot ${look}`;
    dot.style.left = `${(100 * x) / size[0]}%`;
    dot.style.top = `${(100 * y) / size[1]}%`;
    stage.append(dot);
  }

  const { kind } = box.dataset;
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
  if (kind === "point" && !saved) stage.append(makeTarget(point.box, size, (answer) => judges.point(answer)));
  const show = () => judges[kind](undefined);
  box.querySelector(".live-show").addEventListener("click", show);
  if (saved) judges[kind](saved.answer, true);
  return show;
}

// A number as people write it: 0,5 and −3 and 10^-3, too.
function numberIn(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".").replace(/^(-?)10\^/, "$11e").replace(/%$/, "");
  return plain && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

// The panel on which a point is shown, by pointer or by arrow keys and Enter.
function makeTarget([x, y, w, h], [width, height], answer) {
  const target = document.createElement("div"), spot = document.createElement("div");
  target.className = "live-point";
  target.tabIndex = 0;
  target.setAttribute("role", "application");
  target.setAttribute("aria-label", "Point at your answer: arrow keys move, Enter answers");
  const places = { left: [x, width], top: [y, height], width: [w, width], height: [h, height] };
  for (const [name, [part, whole]] of Object.entries(places)) target.style[name] = `${(100 * part) / whole}%`;
  spot.className = "live-spot";
  let at = [0.5, 0.5];
  const place = () => {
    spot.style.left = `${100 * at[0]}%`;
    spot.style.top = `${100 * at[1]}%`;
    if (!spot.isConnected) target.append(spot);
  };
  const done = () => answer([x + at[0] * w, y + at[1] * h]);
  target.addEventListener("click", (event) => {
    const seen = target.getBoundingClientRect();
    at = [(event.clientX - seen.left) / seen.width, (event.clientY - seen.top) / seen.height];
    done();
  });
  target.addEventListener("keydown", (event) => {
    const [along, way] = ARROWS[event.key] ?? [];
    if (!along && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (!along) return done();
    const side = along === "x" ? 0 : 1;
    at[side] = Math.min(Math.max(at[side] + 0.02 * way, 0), 1);
    place();
  });
  return target;
}
