"""Tables of results: HTML in a notebook and on a page, aligned text everywhere else."""

import html
from dataclasses import dataclass


def table(columns, rows, caption=""):
    """A table that a notebook shows as HTML, and that prints as aligned text.

    `columns` is a dict from each heading to the format of its numbers, as after the colon of an
    f-string: ".3f", ",d", ".1%". Text is left as it is, and "" leaves numbers as Python prints them.
    `rows` are tuples with a cell for each column; None is an empty cell. `caption` is a sentence that
    says what is counted in which unit. Raises TypeError where columns is not a dict or has no
    headings, ValueError where a row has more or fewer cells than there are columns or a number does
    not take its column's format.

    >>> table({"method": "", "steps": ",d", "share": ".1%"}, [("momentum", 1250, 0.5), ("Adam", 90, 0.25)])
    method    steps  share
    momentum  1,250  50.0%
    Adam         90  25.0%
    """
    if not isinstance(columns, dict) or not columns:
        raise TypeError(f"columns must be a dict from headings to formats, not {columns!r}")
    return Table(
        tuple(columns), tuple(_written(number, row, columns) for number, row in enumerate(rows)), caption
    )


@dataclass(frozen=True, repr=False)
class Table:
    """Headings, rows of written cells, and a caption."""

    headings: tuple
    rows: tuple
    caption: str

    def __repr__(self):
        lines = [self.headings, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.headings))]
        sides = [">" if number else "<" for number in self._numbers()]
        shown = ["  ".join(map(format, line, map("{}{}".format, sides, widths))).rstrip() for line in lines]
        return "\n".join([*([self.caption] if self.caption else []), *shown])

    def _repr_html_(self):
        # Styled in place: in JupyterLab there is no style sheet of ours, and Lab sets all cells right.
        left, right = ' style="text-align: left"', ' class="n" style="text-align: right"'
        sides = [right if number else left for number in self._numbers()]
        whole = [side.replace("right", "right; white-space: nowrap") for side in sides]  # a number's digits
        head = "".join(
            f'<th scope="col"{side}>{html.escape(heading)}</th>' if heading else "<td></td>"
            for heading, side in zip(self.headings, sides, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(f"<td{side}>{html.escape(cell)}</td>" for cell, side in zip(row, whole, strict=True))
            + "</tr>"
            for row in self.rows
        )
        caption = f"<caption{left}>{html.escape(self.caption)}</caption>" if self.caption else ""
        name = html.escape(self.caption or ", ".join(self.headings), quote=True)
        return (
            '<div class="book-table" style="overflow-x: auto"'
            f' role="region" tabindex="0" aria-label="{name}">'
            f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _numbers(self):
        """Whether each column holds numbers: they are set to the right."""
        return [all(_is_number(row[place]) for row in self.rows) for place in range(len(self.headings))]


def _written(number, row, columns):
    """The cells of a row as text."""
    row = tuple(row)
    if len(row) != len(columns):
        raise ValueError(f"row {number} has {len(row)} cells, and there are {len(columns)} columns: {row!r}")
    cells = []
    for (heading, spec), cell in zip(columns.items(), row, strict=True):
        try:
            text = isinstance(cell, str) or cell is None
            cells.append((cell or "") if text else format(cell, spec))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{heading!r} in row {number}: {cell!r} does not take the format {spec!r}: {error}"
            ) from None
    return tuple(cells)


def _is_number(cell):
    """Whether a written cell is empty or begins as numbers do."""
    return cell.lstrip("-−+±~≈<> (")[:1].isdigit() or cell in ("", "∞", "nan", "NaN", "inf", "–")
