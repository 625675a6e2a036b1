// Opened from a folder, a page may not start Python: then say what it needs.
if (location.protocol === "file:") {
  for (const run of document.querySelectorAll(".run-here")) {
    run.textContent = "To run this chapter here, serve the book's folder: python -m http.server";
  }
}
