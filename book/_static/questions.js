// Quick questions: an answer is chosen by opening it. What was chosen is kept in this browser only.
{
  const answers = globalThis.liveAnswers;
  const questions = [...document.querySelectorAll('p[id^="q-"], span[id^="q-"] + p')].map((paragraph) => {
    const options = [];
    for (let next = paragraph.nextElementSibling; next?.matches("details"); next = next.nextElementSibling) options.push(next);
    return { id: paragraph.id || paragraph.previousElementSibling.id, options };
  });
  const predictions = [...document.querySelectorAll(".live-question")].map((box) => box.closest(".live-figure").dataset.name);
  const keyOf = (id) => `${answers.page}#${id}`;

  function mark({ options }, chosen) {
    options.forEach((option, number) => {
      const right = /^\s*Yes\b/.test(option.querySelector(".sd-card-body, .sd-summary-content").textContent);
      option.classList.toggle("chosen-right", number === chosen && right);
      option.classList.toggle("chosen-wrong", number === chosen && !right);
    });
  }

  for (const question of questions) {
    question.options.forEach((option, number) => {
      option.addEventListener("toggle", () => {
        if (!option.open || answers.get(keyOf(question.id)) !== undefined) return;
        answers.set(keyOf(question.id), number);
        mark(question, number);
      });
    });
    mark(question, answers.get(keyOf(question.id)));
  }

  // One line says how many are answered, and erases them all.
  const line = document.createElement("p"), count = document.createElement("span"), erase = document.createElement("button");
  line.className = "questions-answered";
  count.setAttribute("role", "status");
  erase.type = "button";
  erase.textContent = "Erase my answers";
  erase.onclick = () => {
    answers.erase();
    location.reload();
  };
  line.append(count, " ", erase);
  questions[0]?.options.length && document.getElementById(questions[0].id).before(line);

  function tell() {
    const answered = (ids) => ids.filter((id) => answers.get(keyOf(id)) !== undefined).length;
    const quick = questions.map(({ id }) => id);
    count.textContent =
      `${answered(quick)} of ${quick.length} quick questions answered, and ${answered(predictions)} of ${predictions.length} predictions entered. ` +
      "Kept in this browser only.";
    erase.hidden = !Object.keys(answers.read()).length;
    const done = quick.length > 0 && answered(quick) === quick.length;
    if (done && !answers.get(`${answers.page} done`)) answers.set(`${answers.page} done`, true);
    markSidebar();
  }

  // In the list of chapters, those whose quick questions are all answered.
  function markSidebar() {
    for (const link of document.querySelectorAll(".bd-sidebar-primary a.reference.internal")) {
      const page = new URL(link.href, location.href).pathname.split("/").slice(-2).join("/").replace(/\.html$/, "");
      link.classList.toggle("questions-done", Boolean(answers.get(`${page} done`)));
    }
  }
  addEventListener("live-answers", tell);
  tell();

  // On paper every answer can be read.
  addEventListener("beforeprint", () => {
    for (const { options } of questions) for (const option of options) option.open = true;
  });
}
