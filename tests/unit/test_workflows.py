"""What runs on GitHub does what make does, with the Pythons that are promised, and reports a failure once."""

import re
import subprocess
import tomllib

import pytest
import yaml
from notebook_figures import ROOT

WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob(".github/workflows/*.yml")
}
GH = """\
#!/bin/sh
case "$2" in
    list) cat open;;
    create) echo "$*" >> created;;
esac
"""


@pytest.fixture
def say_so(tmp_path):
    """say_so(title, open): what GitHub's command line was asked to create while those issues are open."""
    (tmp_path / "gh").write_text(GH, "utf-8")
    (tmp_path / "gh").chmod(0o755)

    def say_so(title, *open_issues):
        (tmp_path / "open").write_text("".join(f"{line}\n" for line in open_issues), "utf-8")
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "RUN": "https://example.org/runs/1"}
        command = ["bash", ROOT / ".github/say_so.sh", title]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
        created = tmp_path / "created"
        return created.read_text("utf-8") if created.exists() else ""

    return say_so


def test_a_failure_is_reported_once(say_so):
    title = "The book fails with the newest packages"
    assert say_so(title, f"{title} again", "Another") == (
        f"issue create --title {title} --body What happened: https://example.org/runs/1\n"
    )


def test_a_failure_that_is_known_is_not_reported_again(say_so):
    assert say_so("It fails", "Another", "It fails") == ""


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_call_what_there_is(name):
    there = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
    runs = "\n".join(step.get("run", "") for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"])
    called = set(re.findall(r"\bmake (\w+)", runs))
    assert called and called <= set(there)
    assert all((ROOT / path).is_file() for path in re.findall(r"bash (\S+)", runs))


def test_the_oldest_python_that_is_promised_is_the_one_that_publishes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    build = WORKFLOWS["publish"]["jobs"]["build"]
    assert build["strategy"]["matrix"]["python"][0] == oldest
    assert f"matrix.python == '{oldest}'" in build["env"]["PUBLISHES"]
    assert (ROOT / "runtime.txt").read_text("utf-8").strip() == f"python-{oldest}"
