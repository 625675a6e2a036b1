// Opened from a folder, a page may not start Python: then a chapter offers what can be done, and no more.
if (location.protocol === "file:") {
  for (const run of document.querySelectorAll(".run-here")) run.remove();
}
