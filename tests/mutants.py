"""Would a test notice? One place of the library is changed at a time, and the tests that reach it run.

    make mutants                                        25 places of each module, drawn with seed 1
    make mutants SEED=2 PER_MODULE=10 ONLY="optimizers live/lab"
    .venv/bin/python tests/mutants.py --seed 2 --per-module 10 optimizers live/lab live    the same by hand

A change that no test notices is printed with its line and its key. Either a test is missing, or nobody
could see the change: then the key goes to mutants_unseen.txt with a reason below it, indented.

Everything happens in copies of the checkout under the system's folder for temporary files, so files may be
edited meanwhile. Which tests reach a line is measured once and kept in _build/mutants until the test file or
a module that it runs changes. Tests that need a browser or run a notebook do not take part. Each change gets
a process that is forked where the large libraries are loaded already; one that takes several times the
processor time of its tests, or gigabytes, is ended and counts as noticed. Needs a system that can fork.
"""

import argparse
import ast
import contextlib
import fnmatch
import functools
import hashlib
import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "book" / "_ext"))
import same_numbers

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Path("src/optimlib")
UNSEEN = Path("tests/mutants_unseen.txt")
PARTS = {  # of the library: whose tests are asked
    "mathematics": (
        ["*.py", "contest/*.py", "regularization/*.py", "second_order/*.py"],
        ["tests/unit", "tests/oracle"],
    ),
    "live": (["live/*.py"], ["tests/live"]),
    "exercises": (["exercises/*.py"], ["tests/exercises"]),
}
LOADED_ONCE = "numpy scipy.optimize matplotlib.pyplot sklearn.datasets hypothesis ipywidgets anywidget sphinx"
RATIO = 6  # times the processor time that the tests need by themselves
MEMORY = 6 << 30

# ---- What is changed -------------------------------------------------------------------------------------

NOT = functools.partial(ast.UnaryOp, ast.Not())
OTHER = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Mult],
    ast.Mod: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.BitOr: [ast.BitAnd],
    ast.BitAnd: [ast.BitOr],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
PAIRS = (
    "min max, any all, minimum maximum, floor ceil, zeros ones, argmin argmax, vstack hstack, rows columns"
)
NAMES = {a: b for pair in PAIRS.split(", ") for a, b in (pair.split(), pair.split()[::-1])}
SYMMETRIC = {"min", "max", "minimum", "maximum", "array_equal", "gcd"}
UNWRAPPED = {"abs", "sorted", "reversed", "sqrt", "copy", "strip", "escape", "round", "float", "int", "str"}


def changes(node):
    """Pairs (part of the node, what takes its place)."""
    match node:
        case ast.Compare(ops=[*ops]):
            for i, op in enumerate(ops):
                for other in OTHER[type(op)]:
                    yield node, having(node, ops=[*ops[:i], other(), *ops[i + 1 :]])
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op):
            for other in OTHER.get(type(op), ()):
                yield node, having(node, op=other())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield node, operand
        case ast.Constant(value=bool(value)):
            yield node, ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield node, ast.Constant(value + 1)
            yield node, ast.Constant(value - 1)
        case ast.Constant(value=str(value)):
            yield node, ast.Constant("" if value else "changed")
        case ast.Return(value=ast.expr() as value) if not is_none(value):
            yield node, ast.Return(ast.Constant(None))
        case ast.Yield(value=ast.expr()):
            yield node, ast.Yield(ast.Constant(None))
        case ast.Lambda(body=body) if not is_none(body):
            yield node, having(node, body=ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Delete():
            yield node, ast.Pass()
        case ast.Break():
            yield node, ast.Continue()
        case ast.Continue():
            yield node, ast.Break()
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield test, NOT(test)
        case ast.comprehension(ifs=[test, *_]):
            yield test, ast.Constant(True)
        case ast.Slice(lower=lower, upper=upper):
            if lower is not None:
                yield node, having(node, lower=None)
            if upper is not None:
                yield node, having(node, upper=None)
        case ast.Name(id=name) if name in NAMES:
            yield node, ast.Name(NAMES[name])
        case ast.Attribute(value=value, attr=name) if name in NAMES:
            yield node, having(node, attr=NAMES[name])
        case ast.Call(func=func, args=args, keywords=keywords):
            if len(args) > 1 and name_of(func) not in SYMMETRIC and one_line(args[0]) != one_line(args[1]):
                yield node, having(node, args=[args[1], args[0], *args[2:]])
            for i in (i for i, keyword in enumerate(keywords) if keyword.arg != "strict"):
                yield node, having(node, keywords=keywords[:i] + keywords[i + 1 :])
            inner = args[0] if args else getattr(func, "value", None)
            if name_of(func) in UNWRAPPED and inner is not None:
                yield node, inner


def unseen_by_kind(node, parent):
    """What nobody sees: errors' and warnings' words, `repr`, docstrings, annotations, caches, `strict`."""
    if isinstance(node, ast.keyword) and node.arg == "strict":  # of zip, where lengths are equal
        return True
    if isinstance(parent, ast.Raise) or name_of(parent) in ("warn", "warn_explicit"):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return True
    if isinstance(parent, ast.FunctionDef) and (node in parent.decorator_list or node is parent.returns):
        return True
    if isinstance(parent, ast.Assign) and name_of(parent.targets[0]) == "__all__":
        return True
    of_arguments = isinstance(parent, ast.arg) or (
        isinstance(parent, ast.AnnAssign) and node is parent.annotation
    )
    return of_arguments


def name_of(node):
    node = node.func if isinstance(node, ast.Call) else node
    return getattr(node, "attr", getattr(node, "id", None))


def is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def having(node, **fields):
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def replaced(tree, old, new):
    """The tree with one node in another's place."""
    if tree is old:
        return new
    if isinstance(tree, list):
        return [replaced(part, old, new) for part in tree]
    if not isinstance(tree, ast.AST):
        return tree
    return type(tree)(**{name: replaced(part, old, new) for name, part in ast.iter_fields(tree)})


class Mutant(NamedTuple):
    module: str
    lines: range  # of its statement, up to the change
    within: range  # the lines of the function around it, or none
    key: str
    place: slice  # of the module's bytes
    text: str  # that takes its place

    def of(self, source):
        """The module's text, changed; None where that is no Python."""
        source = source.encode()
        changed = source[: self.place.start] + self.text.encode() + source[self.place.stop :]
        try:
            compile(changed, self.module, "exec", dont_inherit=True)
        except SyntaxError:
            return None
        return changed.decode()


def mutants(module, text):
    """All changes of a module, each with a key that holds while lines move."""
    found, seen = [], Counter()
    lines = text.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def add(old, new, around, statement, names, within):
        # Parts of a formatted string have no reliable places of their own: the whole string is written anew.
        spot, put = (old, new) if around is None else (around, replaced(around, old, new))
        place = slice(
            starts[spot.lineno - 1] + spot.col_offset, starts[spot.end_lineno - 1] + spot.end_col_offset
        )
        try:
            was, becomes, written = one_line(old), one_line(new), ast.unparse(put)
        except ValueError:  # a formatted string within one needs a newer Python's syntax
            return
        if isinstance(
            put, ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp | ast.IfExp | ast.Lambda | ast.Yield
        ):
            written = f"({written})"
        line = " ".join(lines[spot.lineno - 1].decode().split())
        key = f"{module} {'.'.join(names)} | {line} | {was} -> {becomes}"
        seen[key] += 1
        key += f" #{seen[key]}" if seen[key] > 1 else ""
        span = range(statement.lineno, spot.end_lineno + 1)
        found.append(Mutant(module, span, within, key, place, written))

    def walk(node, parent, around, statement, names, within):
        if unseen_by_kind(node, parent):
            return
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = (*names, node.name)
            if isinstance(node, ast.FunctionDef):
                within = range(node.body[0].lineno, node.end_lineno + 1)
        if isinstance(node, ast.stmt):
            statement = node
        for old, new in changes(node):
            add(old, new, around, statement, names, within)
        if isinstance(node, ast.JoinedStr) and around is None:
            around = node
        for child in ast.iter_child_nodes(node):
            walk(child, node, around, statement, names, within)

    walk(ast.parse(text), None, None, None, (), range(0))
    return found


def one_line(node):
    node = ast.Subscript(ast.Name(""), node) if isinstance(node, ast.Slice) else node
    return " ".join(ast.unparse(node).split())


# ---- Who would notice ------------------------------------------------------------------------------------


class Chosen:
    """Pytest runs these tests alone, in this order, and does not search for the smallest example."""

    def __init__(self, order=None):
        self.order = order

    def pytest_sessionstart(self):
        import hypothesis

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        settings = dict(phases=phases, derandomize=True, database=None, deadline=None)
        hypothesis.settings.register_profile("mutants", **settings)
        hypothesis.settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items):
        if self.order is not None:
            place = {test: i for i, test in enumerate(self.order)}
            items[:] = sorted(
                (item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid]
            )


class Reached:
    """Which lines each test runs, and how long it takes."""

    def __init__(self, coverage):
        self.coverage, self.seconds = coverage, {}

    def pytest_runtest_logstart(self, nodeid):
        self.coverage.switch_context(nodeid)
        self.seconds[nodeid] = time.process_time()

    def pytest_runtest_logfinish(self, nodeid):
        self.seconds[nodeid] = time.process_time() - self.seconds[nodeid]
        self.coverage.switch_context("")


def measure(folder, test_file, answer):
    """In a process of its own: write what a file's tests reach."""
    import coverage
    import pytest

    watch = coverage.Coverage(data_file=None, source=[str(folder / LIBRARY)], config_file=False)
    reached = Reached(watch)
    watch.start()
    code = pytest.main(["-q", "-p", "no:cacheprovider", test_file], plugins=[Chosen(), reached])
    watch.stop()
    data, lines = watch.get_data(), {}
    for path in data.measured_files():
        module = Path(path).relative_to(folder / LIBRARY).as_posix()
        lines[module] = data.contexts_by_lineno(path)
    answer.write_text(json.dumps({"lines": lines, "seconds": reached.seconds}))
    return int(code)


def ask(folder, tests):
    """In a process of its own: whether a test fails."""
    import pytest

    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    files = list(dict.fromkeys(map(file_of, tests)))
    return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *files], plugins=[Chosen(tests)]))


class Processes:
    """At most so many forked processes, each in a copy of the checkout."""

    def __init__(self, folders):
        self.free, self.running, self.folders = list(folders), {}, list(folders)

    def start(self, work, then, seconds=600.0, before=lambda folder: None, after=lambda folder: None):
        """Run `work(folder)` when a copy is free; `then(code)` hears how it ended, -1 if it was ended."""
        while not self.free:
            self._wait()
        folder = self.free.pop()
        before(folder)
        pid = os.fork()
        if pid == 0:
            os._exit(self._child(folder, work, seconds))
        until = time.monotonic() + 60 + 15 * seconds  # for one that sleeps; the machine may be busy
        self.running[pid] = folder, then, after, until

    def finish(self):
        while self.running:
            self._wait()

    def end(self):
        for pid in self.running:
            end_group(pid)

    def _child(self, folder, work, seconds):
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.chdir(folder)
            output = os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(output, stream)
            sys.path[:0] = [str(folder / "src"), str(folder / "tests")]
            os.environ["PYTHONPATH"] = str(folder / "src")
            return work(folder)
        except BaseException as error:
            print(error, flush=True)
            return 99

    def _wait(self):
        for pid, (folder, then, after, until) in list(self.running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done and time.monotonic() > until:
                os.killpg(pid, signal.SIGKILL)
                done, status = os.waitpid(pid, 0)
            if done:
                end_group(pid)
                del self.running[pid]
                after(folder)
                self.free.append(folder)
                then(os.waitstatus_to_exitcode(status))
                return
        time.sleep(0.01)


def end_group(pid):
    """End what a process has started and left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def copied(folders):
    """Copies of the checkout's files, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        for folder in folders:
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)


def reach(processes, checkout, folders):
    """What each test file of these folders reaches: {test: {module: lines}}, and the tests' seconds."""
    keep = ROOT / "_build" / "mutants"
    keep.mkdir(parents=True, exist_ok=True)
    answers = {}

    def text(path):
        path = checkout / path
        return path.read_bytes() if path.exists() else b""

    def digest(path, modules):
        texts = [text(path), *(text(LIBRARY / module) for module in sorted(modules))]
        return hashlib.sha256(b"\0".join(texts)).hexdigest()

    def measured(path, file, code):
        if code:
            said = (processes.free[-1] / "said.txt").read_text()
            sys.exit(f"{path} fails as it is:\n{said[-3000:]}")
        answers[path] = json.loads(file.read_text())
        file.write_text(json.dumps(answers[path] | {"of": digest(path, answers[path]["lines"])}))

    files = [path for folder in folders for path in sorted(checkout.glob(folder))]
    for path in (file.relative_to(checkout).as_posix() for file in files):
        file = keep / (path.replace("/", "-") + ".json")
        if file.exists():
            answers[path] = known = json.loads(file.read_text())
            if known.get("of") == digest(path, known["lines"]):  # none where a run was ended meanwhile
                continue
        say(f"measuring {path}")
        processes.start(
            functools.partial(measure, test_file=path, answer=file), functools.partial(measured, path, file)
        )
    processes.finish()
    return answers


def who_reaches(answers):
    """{module: {line: tests}} and {test: seconds}. All tests of a file reach what its import runs."""
    by_line, seconds, imports = defaultdict(lambda: defaultdict(set)), {}, Counter()
    for answer in answers.values():
        seconds |= answer["seconds"]
        for module, lines in answer["lines"].items():
            imports.update((module, line) for line, tests in lines.items() if "" in tests)
    for answer in answers.values():
        for module, lines in answer["lines"].items():
            for line, tests in lines.items():
                # What every import runs is the library's own.
                by_import = "" in tests and imports[module, line] < len(answers) / 2
                by_line[module][int(line)].update(answer["seconds"] if by_import else filter(None, tests))
    return by_line, seconds


def asked_of(mutant, lines, seconds):
    """The tests to ask, in order: quick ones that reach the change or its function come first.

    The others of their files follow: they may see it in what a fixture or a cache holds. Where no function
    holds the change, those of all files that reach the module are asked.
    """
    span = mutant.lines
    if span.start not in mutant.within:
        span = mutant.within
    reach_it = set().union(*(tests for line, tests in lines.items() if not span or line in span))
    files = {file_of(test) for test in reach_it}
    near = [test for test in seconds if file_of(test) in files]
    return sorted(near, key=lambda test: (test not in reach_it, seconds[test]))


def file_of(test):
    return test.partition("::")[0]


# ---- The run ---------------------------------------------------------------------------------------------


def unseen():
    """The keys of changes that nobody can see; below each stands its reason."""
    lines = (ROOT / UNSEEN).read_text("utf-8").splitlines() if (ROOT / UNSEEN).exists() else []
    return {line for line in lines if line and not line.startswith((" ", "#"))}


def say(text):
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "only", nargs="*", help="modules, as optimizers or live/lab, or parts: " + ", ".join(PARTS)
    )
    parser.add_argument("--seed", default="1")
    parser.add_argument("--per-module", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    os.environ.update(same_numbers.SETTINGS)
    os.environ["MPLBACKEND"] = "agg"
    for name in LOADED_ONCE.split():
        __import__(name)
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        checkout, *folders = (Path(temporary).resolve() / str(i) for i in range(options.jobs + 1))
        copied([checkout, *folders])
        processes = Processes(folders)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # and what it started, too
        try:
            run(processes, checkout, options)
        finally:
            processes.end()


def run(processes, checkout, options):
    hidden, stale, counts, began = unseen(), set(), {}, time.monotonic()
    library = checkout / LIBRARY
    for part, (patterns, tests) in PARTS.items():
        paths = [path for pattern in patterns for path in library.glob(pattern)]
        texts = {path.relative_to(library).as_posix(): path.read_text("utf-8") for path in paths}
        wanted = [module for module in sorted(texts) if is_wanted(module, part, options.only)]
        if not wanted:
            continue
        doctests = [(LIBRARY / module).as_posix() for module, text in sorted(texts.items()) if ">>> " in text]
        by_line, seconds = who_reaches(
            reach(processes, checkout, [*(f"{folder}/test_*.py" for folder in tests), *doctests])
        )
        for module in wanted:
            every = mutants(module, texts[module])
            stale |= {key for key in hidden if key.startswith(module + " ")} - {
                mutant.key for mutant in every
            }
            every = [mutant for mutant in every if mutant.key not in hidden]
            counts[part, module] = count = Counter()
            for mutant, source in drawn(every, texts[module], f"{options.seed} {module}", options.per_module):
                asked = asked_of(mutant, by_line[module], seconds)
                try_one(processes, checkout, mutant, source, asked, seconds, count)
        processes.finish()
    report(counts, stale, time.monotonic() - began)


def is_wanted(module, part, only):
    return not only or part in only or any(fnmatch.fnmatch(module, name + ".py") for name in only)


def drawn(every, text, seed, most):
    """So many of the changes at random, in the order of the lines, each with the module's changed text."""
    random.Random(seed).shuffle(every)
    possible = ((mutant, source) for mutant in every if (source := mutant.of(text)) is not None)
    return sorted(itertools.islice(possible, most), key=lambda pair: pair[0].lines.start)


def try_one(processes, checkout, mutant, source, tests, seconds, count):
    def change(folder):
        (folder / LIBRARY / mutant.module).write_text(source, "utf-8")

    def mend(folder):
        shutil.copy2(checkout / LIBRARY / mutant.module, folder / LIBRARY / mutant.module)

    def heard(code):
        noticed = code not in (0, 5)
        count["killed" if noticed else "survived"] += 1
        if not noticed:
            line = f"{LIBRARY}/{mutant.module}:{mutant.lines.start}"
            say(f"\n{line}: {len(tests)} tests do not notice\n{mutant.key}")

    if not tests:
        return heard(5)
    limit = 10 + RATIO * sum(seconds[test] for test in tests)
    processes.start(functools.partial(ask, tests=tests), heard, limit, change, mend)
    return None


def report(counts, stale, seconds):
    say(f"\n{'':36}{'tried':>6}{'killed':>8}")
    for part in PARTS:
        rows = {module: count for (of, module), count in counts.items() if of == part}
        for module, count in [*rows.items(), (part.upper(), sum(rows.values(), Counter()))]:
            if tried := count.total():
                say(f"{module:36}{tried:6}{count['killed'] / tried:8.0%}")
    say(f"{seconds / 60:.1f} minutes")
    for key in sorted(stale):
        say(f"{UNSEEN} names a change that cannot be made any more: {key}")


if __name__ == "__main__":
    main()
