"""Readers at the same time: the built book on a plain static server.

Each of 200 readers opens one chapter: its page, and then every file that the page asks for, figures' data
included. All begin together, and nothing is kept from one reader to the next. (`python -m http.server`
itself lets no more than five wait to be let in, and loses connections of so many.)

    python benchmarks/bench_readers.py [readers]
"""

# ruff: noqa: E402 - the tests' helpers must be found first

import http.client
import re
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from static_server import serving

BOOK = ROOT / "_build" / "html"
ASKED = re.compile(r'(?:<script[^>]* src|<img[^>]* src|<link[^>]* href|data-src)="([^":#]+)"')


def chapters():
    return [f"chapters/{page.name}" for page in sorted((BOOK / "chapters").glob("*.html"))]


def files_of(name):
    """A page and every file of the book that it asks for."""
    asked = ASKED.findall((BOOK / name).read_text("utf-8"))
    files = {normpath(join("chapters", address.partition("?")[0])) for address in asked}
    return [name, *sorted(file for file in files if (BOOK / file).is_file())]


def read(host, files, together):
    """One reader: seconds until all files are there, their bytes, and what went wrong."""
    together.wait()
    began, size, faults = time.perf_counter(), 0, []
    for file in files:
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.request("GET", f"/{file}")
            response = connection.getresponse()
            content = response.read()
            size += len(content)
            if response.status != 200 or len(content) != (BOOK / file).stat().st_size:
                faults.append(f"{response.status} {len(content)} bytes")
        except OSError as error:
            faults.append(type(error).__name__)
        finally:
            connection.close()
    return time.perf_counter() - began, size, faults


def main(readers=200):
    files = [files_of(name) for name in chapters()]
    opened = [files[k % len(files)] for k in range(readers)]
    together = threading.Barrier(readers)
    with serving(BOOK) as address, ThreadPoolExecutor(readers) as pool:
        began = time.perf_counter()
        host = urlsplit(address).netloc
        turns = [pool.submit(read, host, chapter, together) for chapter in opened]
        times, sizes, faults = zip(*(turn.result() for turn in turns), strict=True)
        whole = time.perf_counter() - began
    wrong = Counter(fault for reader in faults for fault in reader)
    print(f"{readers} readers at once, {sum(map(len, opened)):,} requests, {sum(sizes) / 1e6:,.0f} MB")
    print(f"errors: {dict(wrong) or 'none'}")
    print(f"all in {whole:.1f} s; a chapter in {statistics.median(times):.1f} s, at most {max(times):.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
