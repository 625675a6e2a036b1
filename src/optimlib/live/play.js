// A button that runs its slider to the end. Who prefers reduced motion gets a step at a press.
function makePlay(button, inputs, settings, go) {
  const slider = button.parentElement.querySelector("input"), number = inputs.indexOf(slider);
  const last = Number(slider.max);
  let running;

  function step() {
    const next = settings();
    next[number] = next[number] === last ? 0 : next[number] + 1;
    go(next, 0);
    if (next[number] === last) pause();
  }
  function pause() {
    clearInterval(running);
    running = undefined;
    button.setAttribute("aria-pressed", "false");
  }
  button.addEventListener("click", () => {
    if (running) return pause();
    step();
    if (calm.matches || settings()[number] === last) return;
    running = setInterval(step, 1000 / Number(button.dataset.rate));
    button.setAttribute("aria-pressed", "true");
  });
  slider.addEventListener("input", pause);
}
