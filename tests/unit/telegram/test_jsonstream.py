import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.telegram.fields import RecordError
from monitor.telegram.jsonstream import BrokenOffError, JsonStream

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


class Trickle(io.BytesIO):
    """Gives its bytes a few at a time, so that every kind of value is cut somewhere."""

    def read(self, size: int | None = -1, /) -> bytes:
        del size
        return super().read(3)


@given(st.lists(VALUES), st.sampled_from([None, 1]), st.booleans())
def test_a_list_comes_apart_into_its_elements(values: list[object], indent: int | None, is_ascii: bool) -> None:
    stream = JsonStream(Trickle(json.dumps(values, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "replace")))
    raw = [stream.value(longest=10_000) for _ in stream.elements()]
    stream.end()
    assert [json.loads(one) for one in raw] == json.loads(
        json.dumps(values, ensure_ascii=is_ascii).encode("utf-8", "replace")
    )


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=9), VALUES))
def test_an_object_comes_apart_into_its_members_and_any_can_be_skipped(members: dict[str, object]) -> None:
    stream = JsonStream(Trickle(json.dumps(members).encode()))
    taken = {}
    for number, key in enumerate(stream.members()):
        if number % 2:
            stream.skip()
        else:
            taken[key] = json.loads(stream.value(longest=10_000))
    stream.end()
    assert taken == {key: value for number, (key, value) in enumerate(members.items()) if number % 2 == 0}


def test_the_line_of_each_value_is_known() -> None:
    stream = JsonStream(Trickle(b'[\n1,\n\n{"a":\n2},\n3]'))
    lines = []
    for _ in stream.elements():
        lines.append(stream.line)
        stream.skip()
    assert lines == [2, 4, 6]


def test_a_value_too_long_is_passed_over_unkept() -> None:
    long = json.dumps({"a": 'quotes " and \\ brackets ]}' * 100_000}).encode()
    stream = JsonStream(io.BytesIO(b"[1," + long + b",2]"))
    read: list[object] = []
    for _ in stream.elements():
        try:
            read.append(json.loads(stream.value(longest=1000)))
        except RecordError as error:
            read.append(str(error))
    assert read == [1, "longer than 1,000 bytes", 2]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "the file ends where"),
        (b"[", "the file ends where"),
        (b"[1", "the file ends where"),
        (b"[1 2]", "2 stands where , was expected"),
        (b'["a', "the file ends inside this value"),
        (b'["a\\', "the file ends inside this value"),
        (b"[1]]", "something follows"),
        (b"{}", "{ stands where [ was expected"),
    ],
)
def test_a_document_that_cannot_be_followed_says_where_it_broke_off(document: bytes, said: str) -> None:
    with pytest.raises(BrokenOffError, match=re.escape(said)):
        take_apart(JsonStream(Trickle(document)))


def take_apart(stream: JsonStream) -> None:
    for _ in stream.elements():
        stream.value(longest=100)
    stream.end()
