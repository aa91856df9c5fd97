from app.help.trail import Stop, Trail


def test_back_and_forward_go_over_the_same_places():
    trail = Trail()
    for place in ("a", "b", "c"):
        trail.go(place)
    assert trail.step(-1) == Stop("b")
    assert trail.step(-1) == Stop("a")
    assert trail.step(-1) is None
    assert trail.step(1) == Stop("b")
    assert trail.can_back
    assert trail.can_forward


def test_a_place_is_left_where_it_was_scrolled_to():
    trail = Trail()
    trail.leave(5)  # there is none yet
    trail.go("a")
    trail.leave(120)
    trail.go("b")
    assert trail.step(-1) == Stop("a", 120)


def test_going_elsewhere_forgets_what_lay_ahead_and_the_same_place_is_no_step():
    trail = Trail()
    for place in ("a", "b"):
        trail.go(place)
    trail.step(-1)
    trail.go("c")
    trail.go("c")
    assert not trail.can_forward
    assert trail.step(-1) == Stop("a")
