// Where the reader was: kept in this browser when a chapter is left, offered on the landing page.
{
  const KEY = "learning-to-descend: place";
  const ROOT = document.documentElement.dataset.content_root ?? "";
  const begin = document.querySelector(".begin p");

  function keep() {
    const page = location.pathname.match(/chapters\/[\w-]+(?=\.html$)/)?.[0];
    if (!page) return;
    const words = (heading) => {
      const copy = heading.cloneNode(true);
      for (const link of copy.querySelectorAll(".headerlink")) link.remove();
      return copy.textContent.trim();
    };
    const chapter = document.querySelector("article h1");
    const passed = [...document.querySelectorAll("article section[id] > h2")].filter(
      (heading) => heading.getBoundingClientRect().top < innerHeight / 2,
    );
    const last = scrollY > 0 ? passed.at(-1) : undefined;
    const place = { page, title: words(chapter) };
    if (last) Object.assign(place, { section: last.parentElement.id, heading: words(last) });
    try {
      localStorage.setItem(KEY, JSON.stringify(place));
    } catch {} // a reader may forbid storage
  }

  function offer() {
    let place = null;
    try {
      place = JSON.parse(localStorage.getItem(KEY));
    } catch {}
    document.querySelector(".go-on")?.remove();
    if (!/^chapters\/[\w-]+$/.test(place?.page ?? "")) return;
    const link = document.createElement("a");
    link.className = "go-on";
    link.href = `${ROOT}${place.page}.html${place.section ? `#${encodeURIComponent(place.section)}` : ""}`;
    link.textContent = `Go on where you were: ${[place.title, place.heading].filter(Boolean).join(", ")}`;
    begin.prepend(link, " ");
  }

  if (begin) {
    offer();
    addEventListener("pageshow", offer); // on the way back, too
  } else {
    addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  }
}
