"""Every number in a chapter's sentences is printed by the chapter, or listed with a reason.

A number has ground where the same value, to the digits written or as a percentage of a share, was printed
by a cell (a live figure's sentence included); where exactly it stands in the chapter's code; or where a
link of its own paragraph has it, whose settings and claim the build checks. One or two digits are too soon
found by chance: for them the cell must stand in the same section. Every other number is a line of
`numbers/<chapter>.txt`: the number | the words around it | where it comes from.

Read are prose, tables, exercises and solutions. Not read: code, formulas (unless a plain number), citations,
years, numbers of chapters, answers that a quick question offers (they may be wrong on purpose), fractions
such as 3/4, and whole numbers below 10, which mostly count things.
"""

import ast
import difflib
import re
import sys
from pathlib import Path

import nbformat
import pytest

LISTS = Path(__file__).parent / "numbers"
CHAPTERS = sorted((LISTS.parent.parent.parent / "chapters").glob("*.ipynb"))
WANTED = "reason: ?"
WHAT_TO_DO = """A new number in an old sentence is stale: an output has changed; correct the sentence.
Otherwise run `python tests/notebooks/test_numbers.py --write` and replace each “reason: ?”."""
FLAT = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NUMBER = re.compile(
    r"(?<![\w.^/⁄])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?[×·]\s?10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|e(?P<e>[-−+]?\d+)|(?P<super>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"
    r"(?P<percent>\s?%|\sper\scent\b)?(?!\w|[⁄/]\d|,\d)"
)
LINK = re.compile(r'\[([^\]]*)\]\(((?:<[^>]*>|[^\s")]*)(?:\s+"[^"]*")?)\)')
BLOCK = re.compile(r"^`{3,}\w+\n.*?^`{3,}$|\$\$.*?\$\$", re.M | re.S)
GONE = [  # what is not read, and what marks it up
    (r"\{term\}`([^`<]*?)( <[^`]*>)?`", r"\1"),
    (r"^\([\w-]+\)=$|^:[\w-]+:.*$|^:::\{dropdown\} [a-z]\) .*$|^\|[-: |]+\|$", " "),
    (r"^`{3,}(\{\w+\})?|^:::(\{\w+\})?|^#+ |^(\*\*)?\d+\. |\*\*", ""),
    (r"\{[\w:]+\}`[^`]*`|`[^`\n]*`|https?://\S+", "…"),
    (r"\b([Cc]hapters?|[Ss]ections?|[Aa]lgorithms?) \d+((,| to| and| or) \d+)*\b", "…"),
    (r"(?<![\d.,])(1[6-9]|20)\d\d(?!\d|[.,]\d|\s?[×%])", "…"),  # years
]


def numbers(text):
    """(value, half a unit of the last digit, as written, where) of each number in a text."""
    for match in NUMBER.finditer(text):
        digits = match["digits"].replace(",", "")
        if match["super"]:
            if digits != "10":
                continue  # 10⁻⁶ is a number, 2¹⁰ a formula
            digits = "1"
        power = int((match["power"] or match["e"] or match["super"] or "0").translate(FLAT))
        rounds = len(digits.replace(".", "").lstrip("0")) > 1  # one digit could be a rounding of anything
        half = 0.5 * 10.0 ** (power - len(digits.partition(".")[2])) if rounds else 0.0
        yield float(f"{digits}e{power}"), half, match[0].strip(), match.span()


def formula(match):
    """A formula that is a plain number; of every other a trace."""
    text = re.sub(r"\^\{?(-?\d+)\}?", lambda power: power[1].translate(RAISED), match[1])
    text = text.replace("{,}", ",").replace(r"\times", "×").replace(r"\cdot", "·").replace(r"\%", "%")
    return text if NUMBER.fullmatch(text.strip("- ")) else "…"


def read(paragraph):
    """What is read of a paragraph."""
    text = LINK.sub(r"\1", paragraph)
    for pattern, instead in GONE:
        text = re.sub(pattern, instead, text, flags=re.M)
    return re.sub(r"[\s|]+", " ", re.sub(r"\$([^$]+)\$", formula, text)).strip()


def without_ground(notebook):
    """(number, words around it) of each number in the Markdown that has no ground, in order."""
    section, paragraphs, typed, shown = 0, [], set(), []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for paragraph in re.split(r"\n\s*\n|\n(?=\|)", BLOCK.sub(" … ", cell.source)):
                section += paragraph.startswith("## ")
                paragraphs.append((section, paragraph))
        elif cell.cell_type == "code":
            nodes = ast.walk(ast.parse(re.sub(r"^[%!].*", "", cell.source, flags=re.M)))
            constants = {node.value for node in nodes if isinstance(node, ast.Constant)}
            typed |= {value for value in constants if isinstance(value, int | float)}
            for output in cell.get("outputs", ()):
                text = output.get("text") or output.get("data", {}).get("text/plain", "")
                sentence = text.rsplit("\n", 1)[-1]  # of a live figure; what stands above it was typed
                said = sentence if "@live(" in cell.source else text
                shown += [(section, value) for value, *_ in numbers(said)]
    for section, paragraph in paragraphs:
        links = " ".join(re.sub(r"[=&?<>]|\.\.", " ", target) for _, target in LINK.findall(paragraph))
        near = [value for value, *_ in numbers(links)] + [value for at, value in shown if at == section]
        text = read(paragraph)
        for value, half, written, (start, end) in numbers(text):
            if re.fullmatch(r"\d", written):
                continue
            scales = (1, 100) if "%" in written or "cent" in written else (1,)
            far = [value for _, value in shown] if len(re.sub(r"\D|^[0.]+|0+$", "", written)) > 2 else []
            rounded = (abs(value - scale * other) - half for other in near + far for scale in scales)
            exact = (abs(value - scale * other) for other in typed for scale in scales)
            if min((*rounded, *exact), default=1) > 1e-9 * value:
                before, after = text[:start].split(" "), text[end:].split(" ")
                yield written, " ".join(before[-6:]) + text[start:end] + " ".join(after[:6])


def listed(path):
    """{(number, words): reason} as a chapter's list has it."""
    file = LISTS / f"{path.stem}.txt"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {(number, words): reason for number, words, reason in (line.split(" | ", 2) for line in lines)}


def write(path):
    """Bring a chapter's list up to date. A number whose words were edited keeps its reason."""
    known, lines = listed(path), []
    for number, words in dict.fromkeys(without_ground(nbformat.read(path, as_version=4))):
        like = difflib.get_close_matches(words, [old for same, old in known if same == number], 1)
        lines.append(f"{number} | {words} | {known[number, like[0]] if like else WANTED}\n")
    (LISTS / f"{path.stem}.txt").write_text("".join(lines), "utf-8")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_number_is_printed_by_the_chapter_or_has_a_reason(path):
    found, known = set(without_ground(nbformat.read(path, as_version=4))), listed(path)
    bare = {entry for entry, reason in known.items() if reason == WANTED}
    kinds = {"new": found - known.keys(), "gone": known.keys() - found, "without a reason": bare}
    wrong = [f"{kind}: {number} in “{words}”" for kind in kinds for number, words in sorted(kinds[kind])]
    assert not wrong, "\n".join([f"{path.name} and its list of numbers differ.", *wrong, WHAT_TO_DO])


@pytest.mark.parametrize(
    "text, without",
    [
        ("The loss is 0.227, or 22.7%, after 1,500 steps.", []),
        ("Rounded it is 0.23, or 23%, and never 0.24.", ["0.24"]),
        ("In print $1.5 \\times 10^{-6}$ and 1.5 × 10⁻⁶, but not $10^{-7}$ or 10⁻⁷.", ["10⁻⁷"] * 2),
        ("Since 1983 {cite}`p1964` {term}`b <a 13>` chapter 12 has `17` of $x = 18$, or 1/19, or 4.", []),
        ('It [comes to 0.98](#race?lr=0.014 "f = 0.98") at 0.014.', []),
        ("It comes to 0.98.\n\n```python\nx = 0.97\n\ny = 0.97\n```", ["0.98"]),
    ],
)
def test_what_has_ground(text, without):
    output = nbformat.v4.new_output("stream", text="f = 0.2268, 1.5e-06")
    code = nbformat.v4.new_code_cell("steps = 1_500", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[code, nbformat.v4.new_markdown_cell(text)])
    assert [number for number, _ in without_ground(notebook)] == without


if __name__ == "__main__":
    for chapter in CHAPTERS if sys.argv[1:] == ["--write"] else sys.exit(__doc__):
        write(chapter)
