"""What `kpi.yaml` may say, and what is said about mistakes in it."""

import datetime as dt
from pathlib import Path

import pytest

from kpilang.project.lint_settings import settings as lint_settings
from kpilang.settings import Settings, read

WHOLE = """\
as_of: 2026-06-30
language: zh
sources: { orders: data/orders.csv, plan: /elsewhere/plan.csv }
environments:
  ci: { sources: { orders: tests/orders.csv }, as_of: 2026-05-31 }
exclude: [drafts/]
fields: { team: text, steward: name, rank: number }
lint:
  ignore: [S104]
  rules: { R103: { limit: 7, severity: error, words: [a, b], strict: yes } }
  per-path: { "hr/**": { select: [ALL] } }
glossary: { GMV: gross merchandise value, 复购: 再次购买 }
"""


def reading(tmp_path, text, environment=None):
    (tmp_path / "kpi.yaml").write_text(text, encoding="utf-8")
    return read(tmp_path, environment)


def found(tmp_path, text, environment=None):
    """Code, place and marked text of each diagnostic."""
    _, diagnostics = reading(tmp_path, text, environment)
    return [(item.name, str(item.span) if item.span else None, item.span and item.span.text) for item in diagnostics]


def test_every_setting_is_read(tmp_path):
    settings, diagnostics = reading(tmp_path, WHOLE)
    assert diagnostics == ()
    assert settings.as_of == dt.date(2026, 6, 30)
    assert settings.language == "zh"
    assert settings.sources == {"orders": "data/orders.csv", "plan": "/elsewhere/plan.csv"}
    assert settings.exclude == ("drafts/",)
    assert settings.fields == {"team": "text", "steward": "name", "rank": "number"}
    assert settings.glossary == {"GMV": "gross merchandise value", "复购": "再次购买"}
    assert settings.environments == ("ci",)


def test_an_environment_goes_over_what_holds_for_all(tmp_path):
    settings, diagnostics = reading(tmp_path, WHOLE, "ci")
    assert diagnostics == ()
    assert settings.as_of == dt.date(2026, 5, 31)
    assert settings.sources == {"orders": "tests/orders.csv", "plan": "/elsewhere/plan.csv"}


def test_settings_for_the_linter_keep_their_values_and_places(tmp_path):
    settings, _ = reading(tmp_path, WHOLE)
    lint, wrong = lint_settings(settings.lint, {}, Path())
    assert wrong == ()
    assert lint.select is None
    assert lint.ignore == ("S104",)
    assert lint.rules["R103"].severity == "error"
    assert lint.rules["R103"].options == {"limit": 7, "words": ["a", "b"], "strict": True}
    assert lint.per_path["hr/**"].select == ("ALL",)
    assert str(lint.spans["R103.limit"]) == "kpi.yaml:10:20"


def test_a_severity_that_is_none_is_a_diagnostic(tmp_path):
    settings, _ = reading(tmp_path, "lint: {rules: {R103: {severity: fatal}, S101: 5}}")
    _, wrong = lint_settings(settings.lint, {}, Path())
    assert [item.span.text for item in wrong] == ["fatal", "5"]


def test_without_the_file_the_defaults_hold(tmp_path):
    assert read(tmp_path, None) == (Settings(tmp_path), ())


def test_an_empty_file_has_the_defaults(tmp_path):
    settings, diagnostics = reading(tmp_path, "# nothing yet\n")
    assert (settings.language, settings.sources, diagnostics) == ("en", {}, ())


def test_settings_elsewhere_say_paths_from_where_they_stand(tmp_path):
    (tmp_path / "ci").mkdir()
    file = tmp_path / "ci" / "settings.yaml"
    file.write_text("sources: { orders: data/orders.csv, web: 'https://example.com/x.csv' }", encoding="utf-8")
    settings, diagnostics = read(tmp_path, None, file)
    assert diagnostics == ()
    assert settings.sources == {"orders": f"{tmp_path}/ci/data/orders.csv", "web": "https://example.com/x.csv"}


def test_an_unknown_key_is_marked_and_the_nearest_named(tmp_path):
    _, diagnostics = reading(tmp_path, "as_of: 2026-06-30\nlangauge: zh\n")
    assert [(item.code, str(item.span), item.span.text) for item in diagnostics] == [
        ("E604", "kpi.yaml:2:1", "langauge")
    ]
    assert "`language`" in diagnostics[0].help.en
    assert "`language`" in diagnostics[0].help.zh


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sources: {a: x, a: y}", [("duplicate-key", "kpi.yaml:1:17", "a")]),
        ("language: zh\n\nlanguage: en", [("duplicate-key", "kpi.yaml:3:1", "language")]),
        ("as_of: 2026-02-30", [("wrong-setting", "kpi.yaml:1:8", "2026-02-30")]),
        ("as_of: tomorrow", [("wrong-setting", "kpi.yaml:1:8", "tomorrow")]),
        ("language: fr", [("wrong-setting", "kpi.yaml:1:11", "fr")]),
        ("sources: [a]", [("wrong-setting", "kpi.yaml:1:10", "[a]")]),
        ("sources: {a: {b: c}}", [("wrong-setting", "kpi.yaml:1:14", "{b: c}")]),
        ("sources: {a: }", [("wrong-setting", "kpi.yaml:1:13", "")]),
        ("exclude: {a: b}", [("wrong-setting", "kpi.yaml:1:10", "{a: b}")]),
        ("glossary: [GMV]", [("wrong-setting", "kpi.yaml:1:11", "[GMV]")]),
        ("fields: {team: colour}", [("wrong-setting", "kpi.yaml:1:16", "colour")]),
        ("environments: {ci: {source: {}}}", [("unknown-key", "kpi.yaml:1:21", "source")]),
        ("lint: {rule: {}}", [("unknown-key", "kpi.yaml:1:8", "rule")]),
        ("lint: {per-path: {'a/**': {selects: [ALL]}}}", [("unknown-key", "kpi.yaml:1:28", "selects")]),
        ('lint: {extend: "a\\0b"}', [("wrong-setting", "kpi.yaml:1:16", '"a\\0b"')]),
        ('sources: {a: "a\\0b"}', [("wrong-setting", "kpi.yaml:1:14", '"a\\0b"')]),
        ("- as_of", [("wrong-setting", "kpi.yaml:1:1", "- as_of")]),
        ("as_of: [2026\nlanguage: zh", [("not-yaml", "kpi.yaml:2:9", "")]),
        ("a: 1\n---\nb: 2", [("not-yaml", "kpi.yaml:2:1", "")]),
        ("? [a, b]\n: c", [("not-yaml", "kpi.yaml:1:3", "[a, b]")]),
        ("订单: 1", [("unknown-key", "kpi.yaml:1:1", "订单")]),
        ("language: \x07", [("not-yaml", "kpi.yaml:1:11", "")]),
    ],
)
def test_a_mistake_is_one_diagnostic_at_its_place(tmp_path, text, expected):
    at = [(name, place, marked or "") for name, place, marked in found(tmp_path, text)]
    assert at == expected


def test_a_byte_order_mark_does_not_move_places(tmp_path):
    (tmp_path / "kpi.yaml").write_bytes(b"\xef\xbb\xbflanguage: fr")
    _, diagnostics = read(tmp_path, None)
    assert str(diagnostics[0].span) == "kpi.yaml:1:11"


def test_bytes_that_are_not_utf8_are_a_diagnostic(tmp_path):
    (tmp_path / "kpi.yaml").write_bytes("language: 中".encode("gbk"))
    assert [item.name for item in read(tmp_path, None)[1]] == ["unreadable-settings"]


def test_a_name_like_no_is_a_name_and_not_a_truth_value(tmp_path):
    settings, diagnostics = reading(tmp_path, "sources: {no: no.csv, 1: one.csv}")
    assert (dict(settings.sources), diagnostics) == ({"no": "no.csv", "1": "one.csv"}, ())


def test_an_environment_that_is_not_declared_is_a_diagnostic(tmp_path):
    _, diagnostics = reading(tmp_path, WHOLE, "cj")
    assert [item.name for item in diagnostics] == ["unknown-environment"]
    assert "`ci`" in diagnostics[0].help.en


def test_an_environment_without_settings_is_a_diagnostic(tmp_path):
    assert [item.name for item in read(tmp_path, "ci")[1]] == ["unknown-environment"]


def test_a_tag_builds_no_object(tmp_path):
    _, diagnostics = reading(tmp_path, "language: !!python/object/apply:os.system ['exit 1']")
    assert [item.name for item in diagnostics] == ["wrong-setting"]


def test_aliases_that_unfold_without_end_are_refused(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert [name for name, _, _ in found(tmp_path, "\n".join(lines))] == ["settings-too-large"]


def test_an_alias_to_itself_is_refused(tmp_path):
    assert [name for name, _, _ in found(tmp_path, "exclude: &a [*a]")] == ["settings-too-large"]


def test_lists_that_nest_too_deeply_are_refused(tmp_path):
    assert [name for name, _, _ in found(tmp_path, "exclude: " + "[" * 5000)] == ["settings-too-large"]


def test_an_alias_may_save_typing(tmp_path):
    settings, diagnostics = reading(tmp_path, "sources: &s {a: a.csv}\nenvironments: {ci: {sources: *s}}", "ci")
    assert (dict(settings.sources), diagnostics) == ({"a": "a.csv"}, ())


def test_a_folder_of_that_name_is_no_settings(tmp_path):
    (tmp_path / "kpi.yaml").mkdir()
    assert read(tmp_path, None)[1] == ()


def test_settings_that_are_named_must_be_there(tmp_path):
    assert [item.name for item in read(tmp_path, None, tmp_path / "no.yaml")[1]] == ["unreadable-settings"]
