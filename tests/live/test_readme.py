"""What the README tells strangers is so."""

import re
from urllib.parse import parse_qs, urlsplit

import overlay
from notebook_figures import ROOT

from optimlib.live import LiveFigure
from optimlib.live.figure import MOST_BYTES, MOST_POSITIONS

README = (ROOT / "README.md").read_text("utf-8")


def test_its_figure_is_one_and_its_link_and_claim_hold(tmp_path):
    code = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "@live(" in block)
    names = {}
    exec(code, names)
    (figure,) = (value for value in names.values() if isinstance(value, LiveFigure))
    name, control, value, claim = re.search(r'\]\(#(\w+)\?(\w+)=(\d+) "([^"]+)"\)', README).groups()
    assert figure.name == name
    said = figure.controls[control].values.index(int(value))
    assert claim in overlay.words(figure, said)
    save = re.search(r'a_line\.save\("([^"]+)", source="([^"]+)"\)', README)
    figure.save(tmp_path / save[1], source=save[2])
    page = (tmp_path / save[1]).read_text("utf-8")
    assert save[2] in page and "A line that rises to k." in page


def test_its_limits_are_those_of_the_library():
    assert f"at most {MOST_POSITIONS:,} of them" in README
    assert f"{MOST_BYTES // 1000} kB packed" in README


def test_the_link_for_a_class_opens_a_notebook_of_this_repository():
    address = urlsplit(re.search(r"^https://\S*git-pull\S*$", README, re.MULTILINE)[0])
    assert address.path == "/hub/user-redirect/git-pull"
    fields = {name: value for name, (value,) in parse_qs(address.query, strict_parsing=True).items()}
    assert fields["branch"] == "main"
    repository = urlsplit(fields["repo"]).path.split("/")[-1]
    tree, _, path = fields["urlpath"].partition(f"{repository}/")
    assert tree == "lab/tree/"
    assert (ROOT / path).is_file()
