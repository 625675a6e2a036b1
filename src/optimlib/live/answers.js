// A reader's answers, in this browser only; where storage is forbidden, until the page is left. With
// a class, at ?class, too: its questions are asked anew, whatever was answered here before.
const storage = () => (new URLSearchParams(location.search).has("class") ? undefined : localStorage);
const answers = {
  kept: {},
  read() {
    try {
      return JSON.parse(storage().getItem("learning-to-descend")) ?? this.kept;
    } catch {
      return this.kept;
    }
  },
  get(key) {
    return this.read()[key];
  },
  set(key, answer) {
    this.kept = { ...this.read(), [key]: answer };
    try {
      storage().setItem("learning-to-descend", JSON.stringify(this.kept));
    } catch {}
    dispatchEvent(new CustomEvent("live-answers"));
  },
  erase() {
    this.kept = {};
    try {
      storage().removeItem("learning-to-descend");
    } catch {}
    dispatchEvent(new CustomEvent("live-answers"));
  },
};
// chapters/04-momentum: the same from a server and from a folder.
answers.page = location.pathname.split("/").slice(-2).join("/").replace(/\.html$/, "");
globalThis.liveAnswers = answers;
