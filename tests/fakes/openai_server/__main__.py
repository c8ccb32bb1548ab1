"""Serves the fake server until Ctrl-C: python -m tests.fakes.openai_server PORT, or --list for the behaviours."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

from tests.fakes.openai_server.server import OpenAIServer, described


def main(arguments: Sequence[str]) -> None:
    if arguments == ["--list"]:
        print(described(), end="")
        return
    if len(arguments) != 1 or not arguments[0].isdigit():
        sys.exit(f"{__doc__}")
    server = OpenAIServer(int(arguments[0]))
    print(f"{described()}\nListening at {server.base_url}", flush=True)
    with suppress(KeyboardInterrupt):
        server.over.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
