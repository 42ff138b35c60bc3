"""Each transcript reads today as it was written."""

import pytest

from tests.commands.transcript import replay, transcripts


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
def test_the_transcript_holds(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    assert replay(text, tmp_path) == text


def test_there_are_transcripts():
    assert len(transcripts()) > 5
