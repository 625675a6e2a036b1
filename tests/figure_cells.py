"""Of a notebook's code what its live figures need: in any kernel the rest does what it does in all."""

import exercise_cells


def needed(cells):
    """The cells without code that no figure needs."""
    kept, wanted = [], set()
    for cell in reversed(cells):
        code = cell.source if cell.cell_type == "code" else ""
        if "@live(" in code or exercise_cells.bound(code) & wanted:
            wanted |= exercise_cells.asked(code)
        elif code:
            continue
        kept.append(cell)
    return kept[::-1]
