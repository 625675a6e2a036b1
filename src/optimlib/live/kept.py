"""An update function with the names that it uses as they are now.

A notebook's later cells use `path` and `y` again for things of their own; moving an earlier figure
must still move its own artists over its own data.
"""

import functools
import types


def with_names_kept(update):
    """The function with the global names that it uses, and those its helpers use, as they are now."""
    if not isinstance(update, types.FunctionType):
        return update
    current, kept = update.__globals__, {}

    def copy(function):
        for name in {
            "__builtins__",
            "__name__",
            *_names_in(function.__code__),
        } & current.keys() - kept.keys():
            kept[name] = value = current[name]
            if isinstance(value, types.FunctionType) and value.__globals__ is current:
                kept[name] = copy(value)
        same = (function.__name__, function.__defaults__, function.__closure__)
        twin = types.FunctionType(function.__code__, kept, *same)
        twin.__kwdefaults__ = function.__kwdefaults__
        return functools.update_wrapper(twin, function)

    return copy(update)


def _names_in(code):
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return {*code.co_names, *(name for part in inner for name in _names_in(part))}
