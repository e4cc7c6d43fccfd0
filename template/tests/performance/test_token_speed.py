"""How long it takes to refuse a forged token; `make bench` prints the number."""

from pytest_benchmark.fixture import BenchmarkFixture

from tests.performance.conftest import Bench


def test_speed_of_refusing_a_forged_token(bench: Bench, benchmark: BenchmarkFixture) -> None:
    forged = {"Authorization": f"Bearer {bench.person.access_token}x"}
    assert benchmark(bench.call, lambda client: client.get("/api/v1/users/me", headers=forged)).status_code == 401
