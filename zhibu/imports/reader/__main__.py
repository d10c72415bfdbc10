"""Entry point of the child process: ``python -I -S __main__.py FOLDER_OF_ZHIBU FOLDER_OF_THE_LIBRARY``.

Limits come first, before a byte of the file is looked at.
"""

import json
import resource
import sys


def main() -> None:
    """Answer one request on standard output."""
    sys.path += sys.argv[1:3]
    from zhibu.imports.reader import MEMORY, SECONDS, Refusal
    from zhibu.imports.reader.tables import read

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted = json.loads(sys.stdin.buffer.readline())
    try:
        answer = read(wanted, sys.stdin.buffer.read())
    except Refusal as refusal:
        answer = {"refused": refusal.code, **refusal.params}
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
