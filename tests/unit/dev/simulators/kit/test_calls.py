from dev.simulators.kit.calls import RECENT_CALLS, Calls


def test_counts_calls_keys_and_batch_sizes() -> None:
    calls = Calls()
    for keys in (50, 50, 3):
        calls.finish(calls.begin("GetClients", keys))
    calls.finish(calls.begin("Login", 0))
    assert calls.counts() == {"GetClients": 3, "Login": 1}
    assert calls.total == 4
    assert calls.of("GetClients").as_json() == {
        "calls": 3,
        "keys": 103,
        "batches": {"3": 1, "50": 2},
        "max_concurrent": 1,
        "rejected": 0,
    }


def test_counts_how_many_ran_at_once() -> None:
    calls = Calls()
    first, second = calls.begin("List", 1), calls.begin("List", 1)
    calls.finish(first)
    third = calls.begin("List", 1)
    calls.finish(second)
    calls.finish(third)
    assert calls.of("List").max_concurrent == 2


def test_counts_rejections_apart() -> None:
    calls = Calls()
    calls.reject("List")
    assert calls.of("List").rejected == 1
    assert calls.counts() == {}


def test_an_operation_never_called_has_zeros() -> None:
    assert Calls().of("List").calls == 0


def test_recent_calls_are_bounded_and_in_order() -> None:
    calls = Calls()
    for keys in range(RECENT_CALLS + 10):
        calls.finish(calls.begin("List", keys))
    assert len(calls.recent) == RECENT_CALLS
    assert calls.as_json(recent=2)["recent"] == [
        {"n": RECENT_CALLS + 9, "operation": "List", "keys": RECENT_CALLS + 8},
        {"n": RECENT_CALLS + 10, "operation": "List", "keys": RECENT_CALLS + 9},
    ]


def test_a_reset_forgets_all_and_survives_calls_still_running() -> None:
    calls = Calls()
    running = calls.begin("List", 1)
    calls.reset()
    calls.finish(running)
    assert calls.as_json(recent=5) == {"total": 0, "operations": {}, "recent": []}
