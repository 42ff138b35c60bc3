"""Formulas computed for each group of rows, and the groups put together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from random import Random
from statistics import median

import pytest

from tests.plan.kit import kpis, project

ORDERS = """source orders {
  key id  time day  link customer -> customers
  column id : text  column day : date  column customer : text  column amount : number  column shop : text
  column returned : number  covers 2026-01 .. 2026-03
}
source customers {
  key customer  lives since until gone  link town -> towns
  column customer : text  column since : date  column gone : date  column town : text  column tier : text  covers 2025 .. 2026
}
source towns { key town  column town : text  column land : text }
source calls { key id  time day  link customer -> customers  column id : text  column day : date  column customer : text
  covers 2026-01 .. 2026-03 }
source stock { key item  snapshot day complete  column item : text  column day : date  column shelf : text  column pieces : number
  covers 2026-01 .. 2026-03 }
"""
CELLS = {
    "orders": """id,day,customer,amount,shop,returned
1,2026-01-05,a,10,n,0
2,2026-01-06,a,20,s,5
3,2026-01-07,b,40,n,
4,2026-02-01,b,8,n,0
5,2026-02-28,c,2,s,0
6,2026-03-02,a,6,n,0
7,2026-03-20,b,1,n,0
8,2026-01-09,,99,n,0
""",
    "customers": """customer,since,gone,town,tier
a,2025-01-01,,x,gold
b,2026-01-01,2026-03-01,y,
c,2026-02-10,,x,gold
d,2025-01-01,2026-01-10,y,gold
e,2026-04-01,,x,gold
""",
    "towns": "town,land\nx,L\ny,M\n",
    "calls": "id,day,customer\n1,2026-01-02,d\n2,2026-02-02,a\n3,2026-02-03,a\n",
    "stock": "day,item,shelf,pieces\n2026-01-31,p,1,5\n2026-01-31,q,1,3\n2026-01-31,r,2,4\n2026-02-15,p,1,1\n",
}
MONTHS = ("2026-01", "2026-02", "2026-03")


def asked(as_of="2026-03-31", *, question=None, **formulas):
    """What formulas give by period and member, values or reasons, those of one formula alone without its name."""
    found = project(ORDERS + kpis(**formulas), CELLS).values(as_of=as_of, **(question or {}))
    return {place[1:]: value for place, value in found.items()} if len(formulas) == 1 else found


def by_month(formula, as_of="2026-03-31"):
    found = asked(as_of, x=formula)
    return [found[month,] for month in MONTHS]


# January: a 2 orders of 30 in all, b 1 of 40. February: b 1 of 8, c 1 of 2. March: a 1 of 6, b 1 of 1.
@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("avg(count(orders) per customer)", [Decimal("1.5"), 1, 1]),
        ("sum(sum(orders.amount) per customer)", [70, 10, 7]),
        ("max(sum(orders.amount) per orders.customer)", [40, 8, 6]),
        ("min(sum(orders.amount) per customer)", [30, 2, 1]),
        ("median(sum(orders.amount) per customer)", [35, 5, Decimal("3.5")]),
        ("percentile(sum(orders.amount) per customer, 25%)", [Decimal("32.5"), Decimal("3.5"), Decimal("2.25")]),
        ("product(count(orders) per customer)", [2, 1, 1]),
        ("count(count(orders) >= 2 per customer)", [1, 0, 0]),
        ("count(sum(orders.amount) > 5 and not max(orders.amount) > 30 per customer)", [1, 1, 1]),
        ("max(count(orders) per customer, shop)", [1, 1, 1]),
        ("sum(count(distinct orders.shop) per customer)", [3, 2, 2]),
        ("avg(count(distinct orders.shop having sum(amount) >= 20) per customer)", [1, 0, 0]),
        ("sum(last(orders.amount) per customer)", [60, 10, 7]),
        ("sum(avg(orders.amount) + median(orders.amount) per customer)", [110, 20, 14]),
        ('sum(sum(orders.amount where shop = "n") per customer)', [50, 8, 7]),
        ("sum(count(orders) per customers.town)", [3, 2, 1]),  # b is no customer any more
        ("max(count(orders) per customers.tier)", [2, 1, 1]),
        ("sum(if count(orders) > 1 then 100 else sum(orders.amount) per customer)", [140, 10, 7]),
    ],
)  # fmt: skip
def test_a_formula_is_computed_for_each_group_and_put_together(formula, expected):
    assert by_month(formula) == expected


def test_rows_with_an_empty_key_are_in_no_group():
    assert asked(x="sum(count(orders) per customer)", question={"period": "2026-01"}) == {("2026-01",): 3}


def test_other_periods_are_looked_at_group_by_group():
    # a: 30, 0, 6; b: 40, 8, 1; c: 0, 2, 0
    assert by_month("sum(sum(orders.amount) - coalesce(previous(sum(orders.amount)), 0) per customer)") == [70, -60, -3]
    assert by_month("count(sum(orders.amount) = 0 and previous(sum(orders.amount)) > 0 per customer)") == [
        "no data",
        1,
        1,
    ]
    assert by_month(
        "sum(greatest(sum(orders.amount) - coalesce(previous(sum(orders.amount)), 0), 0) per customer)"
    ) == [70, 2, 6]


def test_what_has_no_value_is_left_out_and_counted():
    # February: b fell to a fifth; c had nothing before, so that its growth is undefined; a has no order, and fell to 0
    rows = (
        project(ORDERS + kpis(x="avg(growth(sum(orders.amount)) per customer)"), CELLS).result(as_of="2026-03-31").rows
    )
    january, february, _ = rows
    assert str(january.reason.why) == "no data"
    assert february.value == Decimal("-0.9")
    assert [(note.code, note.number) for note in february.notes] == [("left_out_groups", 1)]
    assert (
        february.notes[0].text.en
        == "groups without a value, left out of `avg(growth(sum(orders.amount)) per customer)`: 1"
    )


def test_coalesce_rescues_what_is_missing_and_not_what_is_undefined():
    # January: b's returns are all empty, a's are 5 of 30
    assert by_month("sum(coalesce(sum(orders.returned), 7) per customer)")[0] == 12
    assert by_month("count(coalesce(sum(orders.amount) / sum(orders.returned), 1) > 0 per customer)")[0] == 2
    # February: everybody's returns are 0, so that the quotient is undefined for each
    assert by_month("count(coalesce(sum(orders.amount) / sum(orders.returned), 1) > 0 per customer)")[1] == 0
    assert by_month("sum(coalesce(sum(orders.amount) / sum(orders.returned), 1) per customer)")[1] == "no value"
    assert by_month("sum(if sum(orders.returned) is null then 1 else 0 per customer)") == [1, 0, 0]


def test_without_groups_sums_and_counts_are_zero_and_nothing_else_has_a_value():
    none = {"question": {"where": 'shop = "w"', "period": "2026-02"}}
    assert asked(x="sum(count(orders) per customer)", **none) == {("2026-02",): 0}
    assert asked(x="count(count(orders) > 0 per customer)", **none) == {("2026-02",): 0}
    assert asked(x="avg(count(orders) per customer)", **none) == {("2026-02",): "no value"}


def test_a_moment_that_is_not_there_is_the_reason_where_it_leaves_no_group_a_value():
    assert (
        by_month("sum(if sum(orders.amount) > 0 then previous(sum(orders.amount)) else 1 per customer)")[0] == "no data"
    )
    assert by_month("sum(if sum(orders.amount) > 35 then previous(sum(orders.amount)) else 1 per customer)")[0] == 1


def test_a_period_that_is_not_over_is_compared_with_as_many_days():
    # as of 5 March: 1 to 5 March against 1 to 5 February, and February whole beside
    question = {"period": "2026-02..2026-03"}
    for formula, expected in {
        "sum(sum(orders.amount) + 10 * previous(sum(orders.amount)) per customer)": [710, 86],
        "sum(median(orders.amount) per customer)": [10, 6],
        "sum(count(distinct orders.shop) + 10 * coalesce(previous(count(distinct orders.shop)), 0) per customer)": [
            32,
            11,
        ],
    }.items():
        found = asked("2026-03-05", x=formula, question=question)
        assert list(found.values()) == expected, formula


def test_members_are_seen_by_rows_and_each_has_groups_of_its_own():
    assert asked(x="avg(count(orders) per customer)", question={"by": "shop", "period": "2026-01"}) == {
        ("2026-01", "n"): 1,
        ("2026-01", "s"): 1,
    }
    found = asked(x="sum(sum(orders.amount) - previous(sum(orders.amount)) per customer)", question={"by": "shop"})
    assert found["2026-02", "n"] == 8 - 50
    assert found["2026-02", "s"] == 2 - 20
    assert found["2026-03", "s"] == -2


def test_a_source_as_key_has_a_group_for_each_row_that_is_there():
    # there: January a, b, d; February a, b, c; March a, c (b left as February ended)
    assert by_month("avg(count(orders) per customers)") == [1, Decimal("0.666666666667"), Decimal("0.5")]
    assert by_month("count(count(orders) = 0 per customers)") == [1, 1, 1]
    assert by_month("sum(count(orders) + 10 * count(calls) per customers)") == [13, 22, 1]
    assert by_month("count(count(orders) > 0 and count(calls) > 0 per customers)") == [0, 0, 0]
    # b was there in February, which the formula looks at too
    assert by_month("count(count(orders) + coalesce(previous(count(orders)), 0) > 0 per customers)") == [2, 3, 3]


def test_each_fold_has_the_groups_of_what_it_looks_at_whatever_stands_beside():
    # there in February but not in March: b
    beside = {
        "now": "sum(1 + 0 * count(orders) per customers)",
        "then": "sum(1 + 0 * previous(count(orders)) per customers)",
    }
    found = asked(**beside, question={"period": "2026-03"})
    assert found == {("now", "2026-03"): 2, ("then", "2026-03"): 3}
    beside = {
        "now": "count(count(orders) >= 0 per customer)",
        "both": "count(count(orders) + previous(count(orders)) > 0 per customer)",
    }
    found = asked(**beside, question={"period": "2026-03"})
    assert found == {("now", "2026-03"): 2, ("both", "2026-03"): 3}


def test_rows_inside_a_group_may_be_held_against_sets():
    # February: of b and c, who ordered, b did so in January; March: of a and b only b in February
    again = "sum(count(orders where customer in previous(orders.customer)) per shop)"
    assert by_month(again) == ["no data", 1, 1]
    called = "count(count(orders where customer in calls.customer) > 0 per customer)"
    assert by_month(called) == [0, 0, 0]
    assert by_month("max(count(orders where customer in cumulative(calls.customer)) per customer)") == [0, 0, 1]


def test_a_tie_in_a_group_that_no_key_settles_is_bad_data():
    source = "source s { time day  column day : date  column k : text  column v : number }\n"
    cells = "day,k,v\n2026-01-05,a,1\n2026-01-05,a,1\n2026-01-05,b,3\n2026-02-05,a,1\n2026-02-06,a,2\n"
    formulas = {"ends": "sum(last(s.v) per k)", "sums": "sum(sum(s.v) per k)"}
    found = project(source + kpis(**formulas), {"s": cells}).values(as_of="2026-02-28")
    assert found == {
        ("ends", "2026-01"): "bad data",
        ("ends", "2026-02"): 2,
        ("sums", "2026-01"): 5,
        ("sums", "2026-02"): 3,
    }


def test_a_source_as_key_is_selected_and_broken_down_as_its_rows_are():
    question = {"where": 'tier = "gold"', "by": "land", "period": "2026-01..2026-02"}
    assert asked(x="avg(count(orders) per customers)", question=question) == {
        ("2026-01", "L"): 2,
        ("2026-02", "L"): Decimal("0.5"),
    }


def test_a_key_that_is_not_reached_from_its_source_leaves_the_kpi_out():
    found = project(ORDERS + kpis(x="avg(count(orders) per customers)"), CELLS).answer(by="shop", as_of="2026-03-31")
    assert [item.name for item in found.diagnostics] == ["cannot-select"]


def test_a_narrowed_kpi_has_the_groups_of_the_rows_that_are_left():
    formulas = {"whole": "avg(count(orders) per customer)", "part": '(whole where shop = "s")'}
    found = asked(**formulas, question={"period": "2026-01"})
    assert found == {("whole", "2026-01"): Decimal("1.5"), ("part", "2026-01"): 1}
    # there in January and gold: a and d, of whom d has no order
    formulas = {"whole": "count(count(orders) = 0 per customers)", "part": '(whole where tier = "gold")'}
    assert asked(**formulas, question={"period": "2026-01"}) == {("whole", "2026-01"): 1, ("part", "2026-01"): 1}
    formulas = {"whole": "sum(count(orders) per customers)", "part": '(whole where tier = "gold")'}
    assert asked(**formulas, question={"period": "2026-01"}) == {("whole", "2026-01"): 3, ("part", "2026-01"): 2}


def test_states_are_folded_too_and_a_reading_that_is_not_there_is_the_reason():
    # as January ends p 5, q 3 on shelf 1 and r 4 on shelf 2; since 15 February only p 1
    assert by_month("max(sum(stock.pieces at closing) per shelf)") == [8, 1, 1]
    assert by_month("sum(sum(stock.pieces at average) per shelf)") == ["no data", Decimal("6.5"), 1]
    # as January began nothing had been read: there are no groups
    assert by_month("sum(coalesce(sum(stock.pieces at opening), 100) per shelf)") == [0, 12, 1]


def test_folds_stand_beside_each_other_and_under_looks():
    assert by_month("previous(avg(count(orders) per customer))") == ["no data", Decimal("1.5"), 1]
    # shops: January n 3 with the order of nobody, s 1; February 1 each; March n 2
    assert by_month("avg(count(orders) per customer) / max(count(orders) per shop)") == [
        Decimal("0.5"),
        1,
        Decimal("0.5"),
    ]


def test_the_kpis_used_inside_are_computed_for_each_group():
    found = asked(basket="sum(orders.amount) / count(orders)", x="max(basket per customer)")
    assert [found["x", month] for month in MONTHS] == [40, 8, 6]


def rows_of(chance):
    first = dt.date(2026, 1, 1)
    return [
        (number, first + dt.timedelta(chance.randrange(0, 150)), chance.choice("abcdefgh"), chance.randrange(0, 40), chance.choice("ns"))
        for number in range(160)
    ]  # fmt: skip


def test_movements_add_up_to_the_change_in_every_period_and_member():
    """Against sums made in plain Python."""
    rows = rows_of(Random(11))  # noqa: S311 - rows, not secrets
    source = "source m { key id  time day  column id : text  column day : date  column who : text  column fee : number  column shop : text covers 2026-01 .. 2026-05 }\n"
    fee, before = "sum(m.fee)", "coalesce(previous(sum(m.fee)), 0)"
    formulas = {
        "grown": f"sum(if {before} = 0 then {fee} else 0 per who)",
        "larger": f"sum(if {before} > 0 and {fee} > {before} then {fee} - {before} else 0 per who)",
        "smaller": f"sum(if {fee} > 0 and {fee} < {before} then {fee} - {before} else 0 per who)",
        "left": f"sum(if {fee} = 0 then 0 - {before} else 0 per who)",
        "middle": f"median({fee} per who)",
    }
    cells = "id,day,who,fee,shop\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    found = project(source + kpis(**formulas), {"m": cells}).values(as_of="2026-05-31", by="shop")
    fees = defaultdict(lambda: defaultdict(int))
    for _, day, who, fee_, shop in rows:
        fees[f"{day:%Y-%m}", shop][who] += fee_
    months = [f"2026-0{month}" for month in range(1, 6)]
    for number, month in enumerate(months):
        for shop in "ns":
            now, then = fees[month, shop], fees[months[number - 1], shop] if number else {}
            everybody = {*now, *then}
            moves = {who: (now.get(who, 0), then.get(who, 0)) for who in everybody}
            assert found["grown", month, shop] == sum(new for new, old in moves.values() if old == 0)
            assert found["larger", month, shop] == sum(new - old for new, old in moves.values() if new > old > 0)
            assert found["smaller", month, shop] == sum(new - old for new, old in moves.values() if 0 < new < old)
            assert found["left", month, shop] == -sum(old for new, old in moves.values() if new == 0)
            kinds = ("grown", "larger", "smaller", "left")
            assert sum(found[kind, month, shop] for kind in kinds) == sum(now.values()) - sum(then.values())
            assert found["middle", month, shop] == Decimal(str(median(now.values())))


def test_a_column_over_all_rows_of_a_key_may_be_the_key_or_stand_inside():
    source = (
        "source o { key id  time day  column id : text  column day : date  column who : text  column v : number\n"
        "  covers 2026-01 .. 2026-02\n"
        "  derive cohort = period(first(day), month) per who\n"
        "  derive worth = sum(v) per who }\n"
    )
    cells = "id,day,who,v\n1,2026-01-02,a,10\n2,2026-02-03,a,20\n3,2026-02-04,b,5\n4,2026-02-05,b,5\n"
    formulas = {
        "largest": "max(count(o) per cohort)",
        "worth": "sum(max(o.worth) per who)",
        "worthy": "avg(count(o where worth > 10) per cohort, who)",
        "twice": "count(distinct o.cohort having count(o) > 1)",
    }
    found = project(source + kpis(**formulas), {"o": cells}).values(as_of="2026-02-28")
    # the cohort of a is January, that of b February; a is worth 30, b 10
    expected = {"largest": [1, 2], "worth": [30, 40], "worthy": [1, Decimal("0.5")], "twice": [0, 1]}
    assert found == {
        (name, month): value for name, both in expected.items() for month, value in zip(MONTHS, both, strict=False)
    }


def test_rows_of_the_key_that_end_before_they_start_are_told() -> None:
    cells = CELLS | {"customers": CELLS["customers"].replace("2025-01-01,2026-01-10", "2025-01-01,2024-01-10")}
    text = ORDERS + "kpi x { formula count(count(orders) = 0 per customers)  period month }"
    found = project(text, cells).result("x", as_of="2026-03-31", period="2026-01")
    told = {source.name: [item.code for item in source.left_out] for source in found.sources}
    assert "ends-before-start" in told["customers"]
    assert [row.value for row in found.rows] == [0]  # a and b ordered; d is left out
