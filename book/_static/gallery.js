// What is on the screen comes first; then the other pictures, so that paper has them all: a browser does
// not wait for pictures when it prints.
addEventListener("load", () => {
  for (const picture of document.querySelectorAll(".gallery img")) picture.loading = "eager";
});
