from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rounds import ROUNDS, base_round, is_round, stage_of

LADDER = [
    "pre-seed", "seed", "angel", "angel+", "pre-a", "pre-a+", "series-a", "series-a1", "series-a2", "series-a+",
    "pre-b", "series-b", "series-b+", "series-b++", "series-c", "series-d", "series-k", "pre-ipo",
]  # fmt: skip


@pytest.mark.parametrize("name", [*ROUNDS, *LADDER, "series-a10", "pre-k"])
def test_normal_names_are_rounds(name: str) -> None:
    assert is_round(name)


@pytest.mark.parametrize(
    "name", ["", "Series A", "series-l", "series", "a轮", "series-a++++", "series-a١", "growth+", "pre-l", "seed-1"]
)
def test_everything_else_is_none(name: str) -> None:
    assert not is_round(name)


def test_the_ladder_goes_up() -> None:
    stages = [stage_of(name) for name in LADDER]
    assert None not in stages
    assert stages == sorted(stages)
    assert len(set(stages)) == len(stages)


@pytest.mark.parametrize("name", ["growth", "bridge", "strategic", "debt", "grant", "nonsense"])
def test_rounds_beside_the_ladder_have_no_stage(name: str) -> None:
    assert stage_of(name) is None


@pytest.mark.parametrize(
    ("name", "base"),
    [("series-a+", "series-a"), ("series-b2", "series-b"), ("pre-a++", "pre-a"), ("seed+", "seed"), ("debt", "debt")],
)
def test_a_suffix_belongs_to_its_round(name: str, base: str) -> None:
    assert base_round(name) == base


@given(st.sampled_from([name for name in ROUNDS if name.startswith("series-")]), st.integers(1, 99))
def test_no_suffix_lifts_a_round_to_the_next_one(name: str, number: int) -> None:
    following = f"series-{chr(ord(name[-1]) + 1)}"
    for suffixed in (f"{name}+", f"{name}++", f"{name}{number}", f"{name}{number}+"):
        assert stage_of(name) < stage_of(suffixed)
        if is_round(following):
            assert stage_of(suffixed) < stage_of(following)
