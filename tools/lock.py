"""`make lock`: pins the template's tools, one file for each environment, with the hashes of the package index."""

from tools.environment import run, uv_environment

OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--quiet"]


def lock(group: str, environment: dict[str, str]) -> None:
    """Write `requirements/<group>.txt` for every platform and Python from 3.11 on."""
    header = ["--custom-compile-command", "make lock"]
    target = ["--output-file", f"requirements/{group}.txt"]
    run(["uv", "pip", "compile", "pyproject.toml", "--group", group, *OPTIONS, *header, *target], environment)


if __name__ == "__main__":
    environment = uv_environment()
    for group in ("render", "dev"):
        lock(group, environment)
