"""Ways to break the template, each with the check that must notice and the words in which it does."""

from dataclasses import dataclass

EXCLUSIONS = "tests/test_exclusions.py::test_"
PYPROJECT = "template/pyproject.toml.jinja"
ITEMS_MIGRATION = "template/migrations/versions/0003_items.py.jinja"
MIGRATIONS = "uv run python -m tools.check_migrations"
LAYERS = "uv run lint-imports"


@dataclass(frozen=True)
class Mutation:
    """Replace `old`, which occurs once in the file, by `new`; `check` is a test here or a command of the service."""

    breaks: str
    path: str
    old: str
    new: str
    check: str
    because: str

    @property
    def in_service(self) -> bool:
        """Tell whether the check is a command of the rendered service."""
        return not self.check.startswith("tests/")


MUTATIONS = (
    Mutation(
        "a Jinja branch that is always taken",
        "template/src/app/domains.py.jinja",
        "{% if example %}\n    Domain(",
        "{% if project_name %}\n    Domain(",
        "tests/test_project.py::test_is_a_fixed_point_of_its_own_formatter_and_linter[minimal]",
        "Undefined name `items`",
    ),
    Mutation(
        "a Jinja branch of the documentation that is always taken",
        "template/README.md.jinja",
        "{% if jwt_example %}\n\ncurl",
        "{% if project_name %}\n\ncurl",
        EXCLUSIONS + "without_the_example_nothing_speaks_of_it",
        "README.md: /items",
    ),
    Mutation(
        "a Jinja branch with logic in it",
        "template/src/app/domains.py.jinja",
        "{% if example %}\nfrom",
        "{% if not example %}\nfrom",
        "tests/test_style.py::test_a_tag_stands_alone_positive_and_nests_once[src/app/domains.py.jinja]",
        "no plain positive condition",
    ),
    Mutation(
        "an exclusion that is not there",
        "copier.yml",
        "{% if not example %}\n    /migrations/versions/0003_items.py\n    /src/app/items\n",
        "{% if not example %}\n    /migrations/versions/0003_items.py\n",
        EXCLUSIONS + "without_the_example_nothing_speaks_of_it",
        "src/app/items/router.py: app.items",
    ),
    Mutation(
        "an exclusion that is misspelt",
        "copier.yml",
        "{% if not example %}\n    /migrations/versions/0003_items.py\n",
        "{% if not example %}\n    /migrations/versions/0003_item.py\n",
        EXCLUSIONS + "an_option_pattern_is_a_path_that_goes_with_the_option",
        "with_the_option[/migrations/versions/0003_item.py-sqlite-jwt] - assert False",
    ),
    Mutation(
        "a trace of an option that is off",
        "template/src/app/resources.py.jinja",
        "{% if redis_client %}\nfrom app.core.redis import RedisClient",
        "{% if sql %}\nfrom app.core.redis import RedisClient",
        EXCLUSIONS + "without_redis_nothing_speaks_of_it",
        "'src/app/resources.py'",
    ),
    Mutation(
        "a question whose name is refused",
        "copier.yml",
        "'auth', 'api_keys', 'example', 'redis',",
        "'auth', 'api_keys', 'redis',",
        "tests/test_questions.py::test_knows_the_name_of_every_question",
        "['example'] == []",
    ),
    Mutation(
        "a template that needs trust",
        "copier.yml",
        "_subdirectory: template\n",
        "_subdirectory: template\n_tasks: [make dev]\n",
        "tests/test_questions.py::test_needs_no_trust",
        "{'_tasks'} == set()",
    ),
    Mutation(
        "a value without a variant",
        "tests/combinations.py",
        "        for value in values\n    ]\n",
        "        for value in values[:1]\n    ]\n    strength = 0\n",
        "tests/test_combinations.py::test_every_allowed_combination_of_the_template_occurs[1]",
        "('license', 'mit')",
    ),
    Mutation(
        "a pod that may change its files",
        "template/deploy/kubernetes/base/worker.yaml.jinja",
        "readOnlyRootFilesystem: true",
        "readOnlyRootFilesystem: false",
        "tests/test_kubernetes_policy.py::test_no_pod_can_do_more_than_it_must[postgresql, redis-base]",
        "worker: worker has the rights",
    ),
    Mutation(
        "a migration that comes after the service",
        "template/deploy/kubernetes/base/migrate.yaml.jinja",
        "migrate\nspec:",
        "app\nspec:",
        "tests/test_kubernetes_documents.py"
        "::test_the_migration_comes_with_all_it_needs_and_before_the_rest[sqlite, in-process]",
        "ValueError: not enough values to unpack",
    ),
    Mutation(
        "a migration without a column of its model",
        ITEMS_MIGRATION,
        '        sa.Column("description", sa.Text(), nullable=True),\n',
        "",
        MIGRATIONS,
        "models and migrations agree: FAILED",
    ),
    Mutation(
        "a migration beside another one",
        ITEMS_MIGRATION,
        'down_revision = "{{ newest_migration }}"',
        'down_revision = "0001_users"',
        MIGRATIONS,
        "no branches: FAILED",
    ),
    Mutation(
        "a migration that cannot be taken back",
        ITEMS_MIGRATION,
        'op.drop_table("items")',
        'op.drop_table("item")',
        MIGRATIONS,
        "downgrade to nothing: FAILED",
    ),
    Mutation(
        "an import of the web framework by the core",
        "template/src/app/core/clock.py",
        "import sys\n",
        "import sys\n\nimport fastapi  # noqa: F401\n",
        LAYERS,
        "Rules, data and mechanisms know no web framework BROKEN",
    ),
    Mutation(
        "an import from below to above",
        "template/src/app/core/clock.py",
        "import sys\n",
        "import sys\n\nimport app.web.health  # noqa: F401\n",
        LAYERS,
        "Who may import whom, from top to bottom BROKEN",
    ),
    Mutation(
        "an import rule without a layer",
        PYPROJECT,
        '    "emails | security",\n',
        '    "emails",\n',
        LAYERS,
        "app.security",
    ),
    Mutation(
        "a dependency that is used and not named",
        PYPROJECT,
        '    "orjson>=3.11.6",\n',
        "",
        "uv run deptry src tools migrations",
        "'orjson' imported but",
    ),
    Mutation(
        "a setting without its line in the documentation",
        "template/.env.example.jinja",
        "LOG_LEVEL",
        "LOG_LEVELS",
        "uv run pytest -q tools/tests/test_settings_docs.py",
        "FAILED tools/tests/test_settings_docs.py",
    ),
)
