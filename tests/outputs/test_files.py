"""Files are written whole or not at all."""

import os
import stat

import pytest

from kpilang.outputs.files import replacing


def test_a_file_takes_its_new_content(tmp_path):
    target = tmp_path / "result.csv"
    target.write_text("old", encoding="utf-8")
    with replacing(target) as draft:
        draft.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
    assert target.read_text(encoding="utf-8") == "new"


def test_a_failure_leaves_the_old_file_and_no_draft(tmp_path):
    target = tmp_path / "result.csv"
    target.write_text("old", encoding="utf-8")

    def fail():
        with replacing(target) as draft:
            draft.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]
    assert target.read_text(encoding="utf-8") == "old"


def test_permissions_of_the_old_file_are_kept(tmp_path):
    target = tmp_path / "result.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    with replacing(target) as draft:
        draft.write_text("new", encoding="utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_the_mask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "new.csv") as draft:
            draft.write_text("new", encoding="utf-8")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o640


def test_a_link_keeps_pointing_at_the_file_that_is_written(tmp_path):
    target = tmp_path / "real.csv"
    target.write_text("old", encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    with replacing(link) as draft:
        draft.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_directly():
    with replacing(os.devnull) as draft:
        assert str(draft) == os.devnull
