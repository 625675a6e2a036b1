// A figure that cannot move: it says so in the place of its controls, and is tried again.

// Tries until it succeeds: once more by itself, then when the reader says so, or is online again.
async function insist(figure, attempt) {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(tries);
    } catch (error) {
      console.warn(error);
      await (tries ? told(figure) : new Promise((done) => setTimeout(done, 1000)));
    }
  }
}

// Say that the figure cannot move, until another try is wanted.
function told(figure) {
  const note = sayTrouble(figure, "What moves this figure did not arrive.");
  const again = note.querySelector("button") ?? note.appendChild(document.createElement("button"));
  again.type = "button";
  again.textContent = "Try again";
  return new Promise((wanted) => {
    again.onclick = wanted;
    addEventListener("online", wanted, { once: true });
  }).then(() => (again.textContent = "Trying again …"));
}

// Said in the place of controls that can do nothing.
function sayTrouble(figure, text) {
  const controls = figure.querySelector(".live-controls");
  let note = figure.querySelector(".live-trouble");
  if (!note) {
    note = document.createElement("p");
    note.className = "live-trouble";
    note.setAttribute("role", "status");
    note.style.minHeight = `${controls.offsetHeight}px`;
    note.append(document.createElement("span"));
    controls.after(note);
  }
  controls.hidden = !figure.classList.contains("live-awake");
  figure.classList.add("live-troubled");
  note.firstChild.textContent = text;
  return note;
}

function endTrouble(figure) {
  const note = figure.querySelector(".live-trouble");
  if (!note) return;
  const focused = note.contains(document.activeElement);
  figure.querySelector(".live-controls").hidden = false;
  figure.classList.remove("live-troubled");
  note.remove();
  if (focused) figure.querySelector("[data-control]").focus({ preventScroll: true });
}
