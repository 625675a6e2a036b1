"""How tests are shared among processes."""


def test_tests_of_one_group_share_a_process(request):
    """Side by side; where a new pytest loses the groups, what a module makes once is made in each process."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@test_groups")
