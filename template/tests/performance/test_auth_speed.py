"""How long the hot paths take; `make bench` prints the numbers."""

from pytest_benchmark.fixture import BenchmarkFixture

from tests.performance.conftest import Bench


def test_speed_of_the_health_probe(bench: Bench, benchmark: BenchmarkFixture) -> None:
    assert benchmark(bench.call, lambda client: client.get("/health/live")).status_code == 200


def test_speed_of_the_current_user(bench: Bench, benchmark: BenchmarkFixture) -> None:
    assert benchmark(bench.call, lambda client: client.get("/api/v1/users/me")).status_code == 200
