"""What every report of a batch looks like: style and filter, with nothing from elsewhere."""

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root { color-scheme: light dark; --line: #8884; --good: #2a7; --wrong: #d43; --left: #c80; }
body { margin: 0; font: 15px/1.45 system-ui, "Noto Sans CJK SC", sans-serif; }
header { padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); position: sticky; top: 0;
  background: Canvas; }
h1 { font-size: 1.3rem; margin: 0 0 .25rem; }
header p { margin: .25rem 0; }
pre { margin: .25rem 0; padding: .5rem .75rem; background: #8882; border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-top: .75rem; }
nav input[type=search] { font: inherit; padding: .25rem .5rem; min-width: 12rem; }
main { display: grid; gap: 1rem; padding: 1.25rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); }
article { border: 1px solid var(--line); border-left: 4px solid var(--left); border-radius: 8px;
  padding: .75rem; display: flex; gap: .75rem; overflow: hidden; }
article > div { min-width: 0; flex: 1; }
article img { width: 96px; height: 96px; object-fit: cover; border-radius: 6px; flex: none; }
article.done { border-left-color: var(--good); }
article.failed, article.bad { border-left-color: var(--wrong); }
article[hidden] { display: none; }
h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
article p { margin: .2rem 0; overflow-wrap: anywhere; }
.text { opacity: .8; }
.problem { color: var(--wrong); }
.remedy { font-weight: 600; }
.warn { color: var(--left); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .6rem; margin: .4rem 0;
  font-size: .85rem; }
dt { opacity: .65; } dd { margin: 0; overflow-wrap: anywhere; }
small { opacity: .6; }
</style>
</head>
<body>
"""

FOOT = """</main>
<script>
const words = document.getElementById("words"), shown = document.getElementById("shown");
const boxes = [...document.querySelectorAll("nav input[type=checkbox]")];
const cards = [...document.querySelectorAll("article")].map(
  (card) => ({ card, text: card.textContent.toLowerCase() }));
function filter() {
  const states = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let many = 0;
  for (const { card, text } of cards) {
    const fits = states.has(card.className) && wanted.every((word) => text.includes(word));
    card.hidden = !fits;
    many += fits;
  }
  shown.textContent = many + " shown";
}
words.addEventListener("input", filter);
boxes.forEach((box) => box.addEventListener("change", filter));
filter();
</script>
</body>
</html>
"""
"""The end of the page, after the films."""
