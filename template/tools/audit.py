"""Asks the advisory database whether a locked dependency has a known vulnerability, by `uv audit`."""

import os
import re
import subprocess
import sys

# What `uv audit` (0.13) says, in lines that it wraps, when the database gives no answer. It ends with 2 then, as for
# any other error.
UNREACHABLE = re.compile(r"error: .*(for url \(|[Rr]equest failed|offline mode)")

NOT_AUDITED = """
========================================================================
  NOT AUDITED: the advisory database could not be reached.
  Nothing is known about the dependencies. AUDIT=required makes this fail.
========================================================================
"""


def main(options: list[str]) -> int:
    """Run the audit and return its exit code; `options` go to `uv audit` as they are.

    Without an answer the audit is reported as not done and passes, so that work goes on without a network; with
    AUDIT=required, as in CI, it fails.
    """
    command = [os.environ.get("UV", "uv"), "audit", "--frozen", "--no-progress", "--preview-features", "audit-command"]
    # The default of three retries makes people without a network wait 12 seconds.
    environment = {"UV_HTTP_RETRIES": "1"} | os.environ
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)
    print(done.stdout, end="", flush=True)
    print(done.stderr, end="", file=sys.stderr, flush=True)
    if done.returncode == 0:
        return 0
    # 1 also stands for a lock file that is missing.
    if done.returncode == 1 and "Vulnerabilities:" in done.stdout:
        print("Upgrade it: uv lock --upgrade-package NAME. No fix yet: [tool.uv.audit] in pyproject.toml.")
        return 1
    if UNREACHABLE.search(" ".join(done.stderr.split())):
        print(NOT_AUDITED, file=sys.stderr, flush=True)
        return 1 if os.environ.get("AUDIT") == "required" else 0
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
