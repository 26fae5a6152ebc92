from halobus.streak import LIMIT, Streak, Verdict, follow


def bad(count: int, *tenants: str | None) -> list[Verdict]:
    return [Verdict(tenants[position % len(tenants)], storable=False) for position in range(count)]


def test_a_hundred_of_two_tenants_are_over() -> None:
    assert not follow(Streak(), bad(LIMIT - 1, "a", "b")).over
    assert follow(Streak(), bad(LIMIT, "a", "b")).over


def test_one_tenants_flood_is_never_over() -> None:
    assert not follow(Streak(), bad(10 * LIMIT, "a")).over


def test_records_of_no_tenant_count_as_records_alone() -> None:
    assert not follow(Streak(), bad(10 * LIMIT, None)).over
    assert follow(Streak(), [*bad(LIMIT, None), *bad(2, "a", "b")]).over


def test_a_storable_record_ends_it() -> None:
    streak = follow(Streak(), [*bad(LIMIT - 1, "a", "b"), Verdict("a", storable=True), *bad(LIMIT - 1, "a", "b")])
    assert not streak.over
    assert streak.records == LIMIT - 1


def test_it_goes_on_over_batches_and_stops_where_it_is_over() -> None:
    begun = follow(Streak(), bad(60, "a"))
    assert follow(begun, [*bad(40, "b"), Verdict("a", storable=True)]).over


def test_what_an_operator_resumed_stops_only_after_a_storable_record() -> None:
    resumed = Streak(armed=False)
    assert not follow(resumed, bad(5 * LIMIT, "a", "b")).over
    assert follow(resumed, [Verdict("a", storable=True), *bad(LIMIT, "a", "b")]).over


def test_a_broken_tenant_header_does_not_bloat_it() -> None:
    streak = follow(Streak(), [Verdict("x" * 100_000, storable=False)] * 3)
    assert streak.tenants == ("x" * 64,)
