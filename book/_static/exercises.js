// Exercises in the page: an editor for who asks, and Python, in a thread of its own, that checks.
// What was typed is kept in this browser only. From a folder no page may start Python: then the code
// stands there with a sentence that says where it runs.
{
  const MOST = 20_000; // characters of output
  const answers = globalThis.liveAnswers;
  const here = JSON.parse(document.getElementById("python-here")?.textContent ?? "null");
  const at = (path) => new URL(path, new URL(here.base, location.href)).href;
  let editing; // the promise of the editor's modules
  let loaded = false;

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  async function editorModules() {
    document.head.append(element("link", { rel: "stylesheet", href: at("editor/layout.css") }));
    const parts = ["index.js", "extensions/commands.js", "prism/languages/python.js"];
    const [{ createEditor, languageMap }, { defaultCommands, editHistory }] = await Promise.all(
      parts.map((part) => import(at(`editor/${part}`))),
    );
    const afterColon = ([start], text) => /:[ \t]*(#.*)?$/.test(text.slice(0, start).split("\n").at(-1));
    languageMap.python = { comments: { line: "#" }, autoIndent: [afterColon, () => false] };
    return (place, value, label) => {
      const options = { language: "python", value, tabSize: 4, lineNumbers: false, wordWrap: true };
      const editor = createEditor(place, options, defaultCommands(), editHistory());
      const help = "Tab indents. Escape and then Tab leaves the editor. Control and Enter checks.";
      for (const [name, text] of Object.entries({ label, description: help })) editor.textarea.setAttribute(`aria-${name}`, text);
      return editor;
    };
  }

  // One Python for the page. `say` gets what it prints; the promise is kept at the end, or at a stop.
  const python = {
    stop() {},
    run(job, say) {
      this.stop();
      const worker = (this.worker ??= new Worker(new URL(here.worker, location.href), { type: "module" }));
      return new Promise((resolve) => {
        const end = (state, drop) => {
          if (drop) {
            worker.terminate();
            this.worker = undefined;
            loaded = false;
          }
          this.stop = () => {};
          resolve(state);
        };
        this.stop = () => end("stopped", true);
        let printed = 0;
        worker.onerror = (event) => end(`failed: ${event.message ?? "the script did not load"}`, true);
        worker.onmessage = ({ data: { text, state } }) => {
          if (text !== undefined) say(text);
          printed += text?.length ?? 0;
          if (printed > MOST) end("flooded", true);
          if (state === "running") loaded = true;
          if (state === "running") say();
          else if (state) end(state, state === "failed" && !loaded); // a module that failed to load stays failed
        };
        worker.postMessage({ settings: { ...here, base: at("") }, ...job });
      });
    },
  };

  const WORDS = {
    stopped: "Stopped. Python starts again at the next check.",
    flooded: `Stopped after ${MOST.toLocaleString("en")} characters of output.`,
  };

  function siblings(cell, direction, until) {
    const found = [];
    for (let next = cell[direction]; next && !next.matches(until); next = next[direction]) found.push(next);
    return found;
  }

  function furnish(cell) {
    const carrier = cell.querySelector(".exercise-data");
    const { start, before } = JSON.parse(carrier.textContent), { label } = carrier.dataset;
    const key = `${answers.page}#${label}`;
    const hints = siblings(cell, "previousElementSibling", ".exercise").filter((one) => one.matches("details")).reverse();
    const solutions = siblings(cell, "nextElementSibling", ".exercise, h2, section").filter((one) => one.matches(".solution, .tag_solution"));
    const title = document.getElementById(label)?.querySelector(".admonition-title")?.textContent.trim() ?? label;
    const button = (text, onclick) => element("button", { type: "button", textContent: text, onclick });
    const size = element("small", { textContent: `Check loads Python once, about ${here.megabytes} MB.` });
    const output = element("pre", { className: "exercise-output", hidden: true });
    output.setAttribute("role", "status");
    let editor;

    const edit = button(answers.get(key) === undefined ? "Edit and check here" : "Go on with your answer", async () => {
      edit.disabled = true;
      try {
        const open = await (editing ??= editorModules());
        cell.querySelector(".cell_input").hidden = true;
        editor = open(place, answers.get(key) ?? start, `Your answer to ${title}`);
        editor.on("update", (text) => answers.set(key, text));
        editor.textarea.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
          event.preventDefault();
          event.stopImmediatePropagation();
          check.click();
        }, true);
        edit.replaceWith(check, again);
        editor.textarea.focus();
      } catch (error) {
        editing = undefined;
        edit.disabled = false;
        tell(`The editor could not be loaded: ${error.message}`);
      }
    });

    const check = button("Check", async () => {
      if (check.textContent === "Stop") return python.stop();
      check.textContent = "Stop";
      size.hidden = true;
      tell(loaded ? "Running …" : `Loading Python, about ${here.megabytes} MB …`);
      let said = "";
      const state = await python.run({ before, code: editor.value }, (text) => {
        if (text === undefined) return said || tell("Running …");
        said += `${text}\n`;
        tell(said.slice(0, MOST));
      });
      check.textContent = "Check";
      if (state === "done") said ||= "It ran, and printed nothing.";
      else if (state === "failed" && !loaded) said = `Python could not be loaded. ${said}`;
      tell([said.slice(0, MOST).trimEnd(), WORDS[state] ?? (state.startsWith("failed:") ? `Python could not be loaded (${state.slice(8)}).` : "")].filter(Boolean).join("\n"));
      output.classList.toggle("right", state === "done" && /^Right\b/m.test(said));
    });

    const again = button("Start over", () => {
      if (editor.value === start || confirm("Put the code back as it was at the start?")) editor.setOptions({ value: start });
    });

    const hint = button(hints.length > 1 ? `Hint (${hints.length})` : "Hint", () => {
      const next = hints.find((one) => !one.open) ?? hints.at(-1);
      next.open = true;
      next.querySelector("summary").focus();
      hint.disabled = hints.every((one) => one.open);
    });

    const solution = button("Solution", () => {
      for (const one of solutions) {
        for (const fold of one.querySelectorAll("details")) fold.open = true;
        one.querySelector(".toggle-button.toggle-button-hidden")?.click();
      }
      solutions[0].scrollIntoView({ block: "nearest" });
    });

    function tell(text) {
      output.hidden = false;
      output.classList.remove("right");
      output.textContent = text;
    }

    const place = element("div", { className: "exercise-editor" });
    const bar = element("div", { className: "exercise-bar" }, edit, ...(hints.length ? [hint] : []), ...(solutions.length ? [solution] : []), size);
    cell.querySelector(".exercise-where").remove();
    cell.append(place, bar, output);
  }

  if (here && location.protocol.startsWith("http") && globalThis.Worker) document.querySelectorAll(".exercise-code").forEach(furnish);
}
