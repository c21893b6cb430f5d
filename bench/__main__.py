"""Fill a scratch database with many teams, measure pages and figures, print them beside the floor.

make bench BENCH_ARGS="--teams 20 --deals 200 --json small.json"
make bench BENCH_ARGS="--search"
"""

import argparse
import json
import sys
from pathlib import Path

from bench import scratch
from bench.options import Options


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--teams", type=_positive, default=1000, help="how many teams")
    parser.add_argument("--deals", type=_positive, default=1000, help="how many deals each has")
    parser.add_argument("--requests", type=_positive, default=60, help="how often a page is asked")
    parser.add_argument("--repeats", type=_positive, default=20, help="how often work is done")
    parser.add_argument("--import-rows", type=_positive, default=8800, help="deals in the import")
    parser.add_argument(
        "--search",
        action="store_true",
        help="fill only what a search reads, and measure search alone",
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures there; - prints them")
    parser.add_argument(
        "--markdown", action="store_true", help="print the short tables of a README"
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the filled database, or use the one kept before"
    )
    return Options(**vars(parser.parse_args()))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main() -> None:
    options = _options()
    with scratch.database(options) as filled:
        from bench.run import run  # noqa: PLC0415 -- its settings name the scratch database

        results = run(options, is_filled=filled)
    text = json.dumps(results.as_json(), indent=1, ensure_ascii=False)
    if options.json == "-":
        print(text)
        return
    if options.json:
        Path(options.json).write_text(text + "\n")
    sys.stdout.write(results.as_markdown() if options.markdown else results.as_tables())


if __name__ == "__main__":
    main()
