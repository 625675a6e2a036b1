"""Run a reader's cell as a notebook does: print the value of its last expression, and errors briefly."""

import ast
import linecache
import traceback

NAME = "your code"


def run_cell(source, names):
    """Run `source` among `names`, a dict, and print what a notebook would show.

    An error is printed with the lines of the reader's own code that led to it, and the last line
    says what is wrong. ModuleNotFoundError is raised: a package may still be on its way.
    """
    names.setdefault("display", print)
    try:
        tree = ast.parse(source, NAME)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
        exec(compile(tree, NAME, "exec"), names)
        value = eval(compile(ast.Expression(last.value), NAME, "eval"), names) if last else None
        if value is not None:
            print(repr(value))
    except ModuleNotFoundError:
        raise
    except BaseException as error:
        print(_briefly(error))


def _briefly(error):
    """A traceback of the reader's own lines."""
    shown = traceback.TracebackException.from_exception(error)
    own = [frame for frame in shown.stack if frame.filename == NAME]
    shown.stack = traceback.StackSummary.from_list(own)
    shown.__cause__ = shown.__context__ = None
    return "".join(shown.format()).rstrip()
