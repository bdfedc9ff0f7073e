"""Answers cross from a student's process to the check as data, unchanged, and as nothing else."""

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from scaling.grading import carry
from scaling.grading.carry import MIME, NotCarried, Opaque, Remote, pack, unpack


def call_here(number, cases):
    """Call a function in this same process, as the kernel would in its own."""
    return carry.read(carry.call(number, cases)._repr_mimebundle_()[MIME])


def there_and_back(value):
    return unpack(json.loads(json.dumps(pack(value))), call_here)


# ---------------------------------------------------------------- what arrives

PLAIN = [
    None,
    Ellipsis,
    True,
    0,
    -3,
    10**60,
    0.1,
    -math.inf,
    2 + 3j,
    "",
    "é “quoted” \0",
    b"\x00\xff",
    [1, [2.5, "x"], None],
    (1, 2),
    {"a": 1, 2: [3]},
    {1, 2},
    [],
    {},
]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_arrive_as_they_are(value):
    back = there_and_back(value)
    assert back == value
    assert type(back) is type(value)


def test_not_a_number_arrives():
    assert math.isnan(there_and_back(math.nan))


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6).reshape(2, 3),
        np.array(1.5),
        np.array([True, False]),
        np.array([1 + 2j]),
        np.array(["2026-11-22"], dtype="datetime64[D]"),
        np.arange(12.0).reshape(3, 4).T[::2],  # not in one piece in memory
        np.array([], dtype=np.int8),
    ],
    ids=str,
)
def test_arrays_keep_values_shape_and_kind(value):
    back = there_and_back(value)
    np.testing.assert_array_equal(back, value)
    assert type(back) is np.ndarray
    assert (back.dtype, back.shape) == (value.dtype, value.shape)


@pytest.mark.parametrize("value", [np.float32(0.1), np.int64(7), np.bool_(True)], ids=repr)
def test_scalars_of_numpy_stay_scalars(value):
    back = there_and_back(value)
    assert back == value
    assert np.ndim(back) == 0
    assert not isinstance(back, np.ndarray)


def test_arrays_of_objects_arrive_part_by_part():
    value = np.array([1, "a", None, [2]], dtype=object)
    assert there_and_back(value).tolist() == value.tolist()


def test_a_series_keeps_values_and_index():
    value = pd.Series([0.5, None, 2], index=["a", "b", "c"], name="x")
    pd.testing.assert_series_equal(there_and_back(value), value, check_names=False)


def test_a_table_keeps_columns_even_of_one_name():
    value = pd.DataFrame([[1, "a", 0.5], [2, None, 1.5]], columns=["x", "y", "x"], index=[7, 9])
    back = there_and_back(value)
    assert back.columns.tolist() == ["x", "y", "x"]
    assert back.index.tolist() == [7, 9]
    assert back.iloc[:, 2].tolist() == [0.5, 1.5]
    assert back.iloc[0, 1] == "a"


def test_a_column_of_words_and_of_categories_arrives_as_words():
    words = pd.Series(["a", "b"], dtype="str")
    assert there_and_back(words).tolist() == ["a", "b"]
    assert there_and_back(words.astype("category")).tolist() == ["a", "b"]


def test_other_numbers_arrive_as_floats():
    class Warm:
        def __float__(self):
            return 21.5

    for value, number in [(Fraction(3, 8), 0.375), (Decimal("1.5"), 1.5), (Warm(), 21.5)]:
        back = there_and_back(value)
        assert back == number
        assert type(back) is float


def test_what_can_be_read_as_an_array_arrives_as_one():
    for value in (pd.array([1, 2, 3]), pd.Index([1, 2, 3])):
        back = there_and_back(value)
        assert isinstance(back, np.ndarray)
        assert back.tolist() == [1, 2, 3]


def test_what_yields_values_arrives_as_what_it_yields():
    assert list(there_and_back(x * x for x in range(4))) == [0, 1, 4, 9]
    assert there_and_back(range(3)) == [0, 1, 2]
    assert list(there_and_back({"a": 1}.keys())) == ["a"]


@pytest.mark.slow
def test_what_never_ends_is_cut_off():
    import itertools

    assert len(list(there_and_back(itertools.count()))) == carry.LONGEST


def nested(value, levels):
    for _ in range(levels):
        value = [value]
    return value


def innermost(value):
    while isinstance(value, list):
        (value,) = value
    return value


def test_what_lies_too_deep_arrives_as_the_name_of_its_kind():
    assert there_and_back(nested(1.5, carry.DEEPEST)) == nested(1.5, carry.DEEPEST)
    back = innermost(there_and_back(nested(1.5, carry.DEEPEST + 1)))
    assert isinstance(back, Opaque)
    assert type(back).__name__ == "float"


def test_what_holds_itself_is_cut_off():
    class Mirror:
        def __iter__(self):
            return iter([self])

    looped = []
    looped.append(looped)
    assert isinstance(innermost(there_and_back(looped)), Opaque)
    assert len(list(there_and_back(Mirror()))) == 1


def test_only_names_that_exist_are_sent():
    sent = carry.send(["x", "missing"], {"x": 1, "unasked": 2})
    assert carry.read(sent._repr_mimebundle_()[MIME]) == {"x": pack(1)}


def test_an_object_arrives_as_the_name_of_its_kind_alone():
    class Equal:
        def __eq__(self, _):
            return True

        __hash__ = None

    back = there_and_back(Equal())
    assert isinstance(back, Opaque)
    assert type(back).__name__ == "Equal"
    assert back != 1


def test_text_that_lies_about_itself_arrives_as_what_it_is():
    class Lie(str):
        def __eq__(self, _):
            return True

        def casefold(self):
            return "b"

        __hash__ = str.__hash__

    assert there_and_back(Lie("a")) == "a"
    assert type(there_and_back(Lie("a"))) is str


# ---------------------------------------------------------------- functions


def test_a_function_is_called_where_it_lives():
    double = there_and_back(lambda x: 2 * x)
    assert isinstance(double, Remote)
    assert double(21) == 42
    np.testing.assert_array_equal(double(np.arange(3)), [0, 2, 4])


def test_several_cases_take_one_way(monkeypatch):
    ways = []

    def counted(number, cases):
        ways.append(cases)
        return call_here(number, cases)

    add = unpack(json.loads(json.dumps(pack(lambda x, y: x + y))), counted)
    add.expect_cases([(1, 2), (3, 4)])
    assert (add(1, 2), add(3, 4)) == (3, 7)
    assert len(ways) == 1
    assert add(1, 2) == 3  # asked again, it is called again
    assert len(ways) == 2


def test_cases_behind_one_that_stops_are_called_when_they_are_asked_for():
    invert = there_and_back(lambda x: 1 / x)
    invert.expect_cases([(1,), (0,), (2,)])
    assert invert(1) == 1
    with pytest.raises(ZeroDivisionError):
        invert(0)
    assert invert(2) == 0.5


def test_an_error_comes_back_by_name_text_and_place():
    def divide(x):
        return 1 / x

    with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
        there_and_back(divide)(0)
    assert caught.value.stopped_in == "divide"


@pytest.mark.parametrize("key", [33, "north", (17, 9)])
def test_a_key_that_is_missing_comes_back_as_it_was_shown(key):
    with pytest.raises(KeyError) as caught:
        there_and_back(lambda: {}[key])()
    assert str(caught.value) == repr(key)


def test_an_error_of_the_students_own_comes_back_by_name():
    class Odd(Exception):
        pass

    def stop():
        raise Odd("no")

    with pytest.raises(Exception, match="no") as caught:
        there_and_back(stop)()
    assert type(caught.value).__name__ == "Odd"


def test_an_error_that_wants_more_than_a_text_comes_back():
    def decode():
        return b"\xff".decode()

    with pytest.raises(Exception, match="utf-8") as caught:
        there_and_back(decode)()
    assert type(caught.value).__name__ == "UnicodeDecodeError"


def test_leaving_python_is_an_error_like_others():
    def leave():
        raise SystemExit(3)

    with pytest.raises(Exception, match="3") as caught:
        there_and_back(leave)()
    assert type(caught.value).__name__ == "SystemExit"


# ---------------------------------------------------------------- what a tampered kernel may send


def deep(levels):
    packed = {"is": "ellipsis"}
    for _ in range(levels):
        packed = {"is": "list", "values": [packed]}
    return packed


ZEROS = "AAAAAAAAAAAAAAAAAAAAAA=="  # 16 bytes
COLUMN = pack(np.zeros(2))
SHORTER = pack(np.zeros(1))
SQUARE = pack(np.zeros((2, 2)))
KEYS = [pack(key) for key in range(carry.MOST_KEYS + 1)]


def table_of(*columns):
    names = pack([str(place) for place in range(len(columns))])
    return {"is": "frame", "names": names, "columns": list(columns), "index": COLUMN}


HOSTILE = {
    "a bare number": 1.5,
    "a list": [1],
    "no kind": {},
    "an unknown kind": {"is": "pickle", "bytes": "gASVAAAA"},
    "a kind that is a list": {"is": ["float"]},
    "too deep": deep(2 * carry.DEEPEST + 1),
    "a float that is none": {"is": "float", "text": "one"},
    "a float that is a number": {"is": "float", "text": 1.5},
    "an endless int": {"is": "int", "text": "9" * 5000},
    "an array of objects": {"is": "array", "dtype": "|O8", "shape": [1], "bytes": "AAAAAAAAAAA="},
    "an array of records": {"is": "array", "dtype": "f8,f8", "shape": [1], "bytes": ZEROS},
    "an array too short": {"is": "array", "dtype": "<f8", "shape": [2], "bytes": "AAAAAAAAAAA="},
    "an array of a huge shape": {"is": "array", "dtype": "<f8", "shape": [10**9], "bytes": ""},
    "a list as a key": {"is": "dict", "pairs": [[{"is": "list", "values": []}, 1]]},
    "a set of lists": {"is": "set", "values": [{"is": "list", "values": []}]},
    "a dict of triples": {"is": "dict", "pairs": [[1, 2, 3]]},
    "a table of numbers": {"is": "frame", "names": 3, "columns": 4, "index": 5},
    "a table of unequal columns": table_of(COLUMN, SHORTER),
    "a table of squares": table_of(SQUARE),
    "a table of lists": table_of(pack([0, 0])),
    "a set of too many keys": {"is": "set", "values": KEYS},
    "a dict of too many keys": {"is": "dict", "pairs": [[key, None] for key in KEYS]},
    "bytes that are none": {"is": "bytes", "hex": "zz"},
    "a function without number": {"is": "function", "number": "x"},
}


@pytest.mark.parametrize("packed", HOSTILE.values(), ids=HOSTILE)
def test_what_pack_would_not_write_is_refused(packed):
    with pytest.raises(NotCarried, match=r"^it (cannot be read|holds too many keys)$"):
        unpack(packed, call_here)


def test_what_is_as_deep_or_as_full_as_may_be_is_taken():
    assert unpack(deep(2 * carry.DEEPEST), None) == nested(..., 2 * carry.DEEPEST)
    assert len(unpack({"is": "set", "values": KEYS[1:]}, None)) == carry.MOST_KEYS
    assert unpack(table_of(COLUMN), None).shape == (2, 1)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", None, 7, "[" * 100_000, '{"a":' * 5_000], ids=lambda t: repr(t)[:9]
)
def test_what_is_no_parcel_is_refused(text):
    with pytest.raises(NotCarried, match=r"cannot be read|larger"):
        carry.read(text)


def test_a_parcel_larger_than_an_answer_is_refused():
    with pytest.raises(NotCarried, match="larger"):
        carry.read('{"x": "' + "a" * carry.LARGEST + '"}')


@pytest.mark.parametrize(
    "content",
    [{}, {"found": None}, {"found": ["x"]}, {"found": [{}]}, {"found": [{"stopped": 3}]}],
    ids=str,
)
def test_a_function_that_answers_nonsense_is_refused(content):
    remote = Remote(0, lambda *_: content)
    with pytest.raises(NotCarried, match="cannot be read"):
        remote(1)


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "SystemExit", "exec", "a b", "", 3, None])
def test_an_error_never_becomes_more_than_an_error(kind):
    stopped = {"stopped": {"kind": kind, "text": "t", "inside": "f"}}
    with pytest.raises(Exception, match=r"^t$") as caught:
        Remote(0, lambda *_: {"found": [stopped]})(1)
    is_name = kind in ("KeyboardInterrupt", "SystemExit", "exec")
    assert type(caught.value).__name__ == (kind if is_name else "Exception")


def test_an_error_that_says_nothing_or_very_much_is_still_one():
    for said, text in [({}, ""), ({"text": "a" * 3000}, "a" * 2000)]:
        with pytest.raises(Exception, match=f"^{text}$") as caught:
            Remote(0, lambda *_, said=said: {"found": [{"stopped": said}]})(1)
        assert type(caught.value) is Exception


def test_the_name_of_a_kind_is_a_plain_name():
    assert type(unpack({"is": "other", "kind": "<script>"}, None)).__name__ == "object"
