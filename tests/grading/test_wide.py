"""Integers in a guest, which has 32 bits, are those of a learner's computer, which has 64.

Each expression is computed in both, and has to look alike to the letter: value, type and width.
"""

import json
import sys

import numpy as np
import pytest
import test_guest

pytestmark = pytest.mark.slow
release, worker, execution = test_guest.release, test_guest.worker, test_guest.execution

EXPRESSIONS = r"""
np.square([50_000])
np.square(50_000)
np.prod([50_000, 50_000])
np.sum([2_000_000_000, 2_000_000_000])
np.array([50_000])**2
np.arange(60_000)[-2:]**2
np.cumprod([2000]*4)
np.cumprod(range(1, 20))
np.cumsum([2_000_000_000]*3)
pd.Series([50_000])**2
pd.Series(range(50_000, 50_003))**2
np.multiply([50_000], 50_000)
np.multiply(50_000, 50_000)
np.power(50_000, 2)
np.power([10], 12)
np.power(10, np.arange(12))
np.add.reduce([2_000_000_000]*3)
np.multiply.accumulate(range(1, 20))
np.multiply.outer([50_000], [50_000])
np.outer([50_000], [50_000])
np.dot([50_000], [50_000])
np.vdot([50_000], [50_000])
np.matmul([[50_000]], [[50_000]])
np.array([[50_000]]) @ np.array([[50_000]])
np.inner([50_000], [50_000])
np.kron([50_000], [50_000])
np.einsum("i,i", [50_000], [50_000])
np.tensordot([50_000], [50_000], 1)
np.convolve([50_000], [50_000])
np.polyval([50_000, 0], 50_000)
np.linalg.matrix_power([[50_000]], 2)
np.abs([-50_000])*50_000
np.sort([50_000, 3])**2
np.unique([50_000, 50_000], return_counts=True)[1] * 2_000_000_000
np.repeat([50_000], 2)**2
np.tile([50_000], 2)**2
np.where([True], 50_000, 1)**2
np.concatenate([[50_000], [3]])**2
np.stack([[50_000], [3]])**2
np.diff([0, 50_000])**2
np.round([50_000])**2
np.linspace(0, 60_000, 3, dtype=int)**2
np.clip([50_000], 0, 60_000)**2
np.argsort([3, 1, 2]) * 2_000_000_000
np.argmax([1, 3]) * 2_000_000_000*2
np.bincount([0, 0, 1]) * 2_000_000_000
np.nonzero([0, 1])[0] * 2_000_000_000*2
np.histogram([1, 2, 2], 2)[0] * 2_000_000_000
np.searchsorted([1, 2], 3) * 2_000_000_000
np.digitize([1, 2], [1, 2]) * 2_000_000_000
np.count_nonzero([1, 1]) * 2_000_000_000
np.maximum([50_000], [3])*50_000
np.maximum.accumulate([50_000])*50_000
np.r_[50_000:50_002]**2
np.r_[50_000, 3]**2
np.c_[[50_000], [3]]**2
np.mgrid[50_000:50_002]**2
np.full(2, 50_000)**2
np.zeros(2, int).dtype
np.ones(2, dtype=int).dtype
np.zeros_like([1]).dtype
np.array([1.5], int).dtype
np.array([2.5e9]).astype(int)
np.array([2.5e9]).astype("int")
np.array([2.5e9], dtype=int)
np.fromiter((n*50_000 for n in range(3)), int)**2
np.fromiter((n*50_000 for n in range(3)), dtype=int)**2
np.array([1, 2]).dtype == int
np.int_(50_000)*50_000
np.int64(50_000)**2
(np.array([1, 2]) > 1).sum() * 2_000_000_000*2
(np.array([1, 2]) > 0).cumsum() * 2_000_000_000
(np.array([1, 2]) > 1)*50_000*50_000
((np.array([1, 2]) > 1)*1).dtype
(np.array([1, 2]) > 1) + 1
1 - (np.array([1, 2]) > 1)
np.sum(np.array([1, 2]) > 0) * 2_000_000_000
(pd.Series([1, 2]) > 0).sum() * 2_000_000_000
(pd.Series([1, 2]) > 0)*50_000*50_000
(pd.Series([1, 2]) > 0).astype(int)*50_000*50_000
(pd.DataFrame({"a": [1, 2]}) > 0).sum() * 2_000_000_000
(pd.DataFrame({"a": [50_000]})**2).sum()
pd.DataFrame({"a": [50_000]}).prod()
pd.DataFrame({"a": [1.0]}).astype({"a": int}).dtypes
pd.Series([50_000]).apply(np.square)
pd.DataFrame({"a": [50_000]}).apply(np.square)
pd.Series([50_000]).map(lambda n: n*n)
pd.Series([2_000_000_000]*2).agg(np.sum)
pd.Series([1, 1, 2]).value_counts() * 2_000_000_000
pd.Series(["a", "a"]).groupby(["x", "x"]).size() * 2_000_000_000
pd.Series(["a", "a"]).groupby(["x", "x"]).count() * 2_000_000_000
pd.Series([3, 1]).argsort() * 2_000_000_000
pd.Series([3, 1]).argmax() * 2_000_000_000*2
pd.factorize(["a", "b", "c"])[0] * 2_000_000_000
pd.DataFrame({"a": [1, 2]}).count() * 2_000_000_000
pd.DataFrame({"a": [1, 2]}).index
pd.Series([50_000]).to_numpy()**2
pd.Series(np.array([50_000]))**2
pd.Series({"a": 50_000})**2
pd.crosstab([1, 1], [2, 2]) * 2_000_000_000
pd.cut([1, 2], 2, labels=False) * 2_000_000_000*2
pd.Series([1, 2]).rank().astype(int) * 2_000_000_000
list(map(np.square, [50_000]))
functools.reduce(np.multiply, [50_000, 50_000])
functools.reduce(np.multiply, [[50_000], [50_000]])
list(map(np.sum, [[2_000_000_000]*2]))
list(map(np.array, [[50_000]]))[0]**2
square_([50_000])
np.vectorize(lambda n: n*(n-1)//2)([10, 100_000])
vectorized([10, 100_000])
np.vectorize(lambda n: n*n)([50_000])
np.random.default_rng(1).integers(0, 10**10, 3)
np.random.default_rng(1).integers(50_000, 60_000, 3)**2
np.random.default_rng(1).permutation(4) * 2_000_000_000
np.random.default_rng(1).choice(5, 3) * 2_000_000_000
np.random.default_rng(1).choice([50_000, 60_000], 3)**2
np.random.default_rng(1).poisson(50_000, 3)**2
np.random.default_rng(1).binomial(100_000, .5, 3)**2
np.random.default_rng(1).multinomial(100_000, [.5, .5])**2
np.random.RandomState(1).randint(50_000, 60_000, 3)**2
[np.random.seed(1), np.random.randint(0, 10**10, 3)]
[np.random.seed(1), np.random.randint(5, size=4)]
[np.random.seed(1), np.random.binomial(100_000, .5, 3)**2]
stats.mode([50_000, 50_000]).mode*50_000
stats.binom.rvs(100_000, .5, size=2, random_state=1)**2
special.comb(100_000, 2)
special.comb(100_000, 2, exact=True)
np.cov([50_000, 3], [3, 50_000])
np.average([50_000, 60_000], weights=[50_000, 60_000])
np.mean([2_000_000_000, 2_000_000_000])
np.std([2_000_000_000, 1])
np.median([2_000_000_000, 2_000_000_000])
np.var([50_000, 100_000])
np.corrcoef([50_000, 3, 9], [3, 50_000, 7])
np.nansum([2_000_000_000]*2)
np.trace([[2_000_000_000, 0], [0, 2_000_000_000]])
np.subtract([-2_000_000_000], [2_000_000_000])
np.left_shift([1], 40)
np.left_shift(1, 40)
np.floor_divide([50_000], 3)*50_000*50_000
np.mod([50_000], 49_000)*50_000*50_000
np.negative([50_000])*50_000
np.cross([50_000, 0, 0], [0, 50_000, 0])
np.ptp([-2_000_000_000, 2_000_000_000])
np.meshgrid([50_000], [3])[0]**2
np.split(np.array([50_000, 3]), 2)[0]**2
np.split([50_000, 3], 2)[0]**2
np.array([50_000]).reshape(1, 1)**2
np.array([[1, 2], [3, 4]]) * 2_000_000_000
np.eye(2, dtype=int) * 2_000_000_000*2
np.identity(2, dtype=int) * 2_000_000_000*2
np.indices((2, 2)) * 2_000_000_000*2
np.triu_indices(3, 1)[0] * 2_000_000_000*2
np.array([50_000], dtype=np.int32).dtype
np.array([50_000], dtype="int32").dtype
np.array([50_000]).astype(np.int32).dtype
np.array([3], np.int32).dtype
np.arange(3, dtype=np.int32).dtype
np.arange(10**10, 10**10 + 3)
np.arange(0, 10**10, 10**9)[-1]
np.array([10**10, 1])
np.array(50_000)**2
np.array([True, False]) + np.array([True, True])
np.add([True], [True])
np.add(True, True)
np.square([1.5])
np.square(np.array([3], np.int8))
np.add(np.array([3], np.int8), 4)
np.add([1, 2], [1.5, 2])
np.square([[50_000, 1], [2, 3]])
np.sum([[2_000_000_000, 1], [2_000_000_000, 3]], axis=0)
np.sum([[2_000_000_000, 1], [2_000_000_000, 3]], 0)
np.prod([[50_000, 1], [50_000, 3]], axis=(0, 1))
np.max([50_000, 3])**2
max(np.array([50_000, 3]))**2
sum(np.array([2_000_000_000]*2))
sum([np.square(n) for n in [50_000, 60_000]])
[n*n for n in np.array([50_000])]
abs(np.array([-50_000]))**2
divmod(np.array([50_000]), 3)[0]*50_000*50_000
np.divmod([50_000], 3)[0]*50_000*50_000
len(np.arange(5)) * 2_000_000_000
np.size([1, 2]) * 2_000_000_000
np.array([1, 2]).size * 2_000_000_000
np.apply_along_axis(lambda row: row.sum()**2, 1, [[50_000, 1]])
np.fromfunction(lambda i, j: i * 2_000_000_000*2, (2, 2), dtype=int)
np.isin([1, 2], [2])
np.interp(3, [1, 5], [50_000, 100_000])
np.cumsum(np.array([2_000_000_000]*2))
np.array([50_000]).sum()**2
np.array([50_000, 50_000]).prod()
np.array(range(50_000, 50_002))**2
np.asarray((50_000,))**2
np.copy([50_000])**2
np.append([50_000], 3)**2
np.insert([50_000], 0, 3)**2
np.delete([50_000, 3], 1)**2
np.flip([50_000])**2
np.roll([50_000, 3], 1)**2
np.select([[True]], [[50_000]])**2
np.choose([0], [[50_000]])**2
np.take([50_000], [0])**2
np.squeeze([[50_000]])**2
np.transpose([[50_000]])**2
np.broadcast_to([50_000], (2,))**2
np.pad([50_000], 1)**2
np.gcd([50_000], 60_000)*50_000*50_000
np.lcm([50_000], 49_999)*50_000
np.iinfo(np.int64).max
np.add
np.sum.__name__
type(np.array([1])[0])
type(np.sum([1, 2]))
isinstance(np.sum([1]), np.integer)
isinstance(np.array([1])[0], np.int64)
cubed([50_000])
np.repeat([1, 2], np.array([2, 3]))
np.repeat(np.arange(2), np.cumsum([1, 2]))
np.array([1, 2]).repeat(np.array([2, 3]))
np.repeat([1, 2], repeats=np.array([2, 3]))
np.bincount(np.array([1, 2, 2]))
np.bincount(np.cumsum([0, 1, 1]), weights=[1, 2, 3])
np.bincount(np.array([1]), minlength=np.array([3])[0])
pd.Series([1, 2]).repeat(np.array([1, 2]))
pd.Index([1, 2]).repeat(np.array([1, 2]))
np.take([5, 6], np.array([0, 1]))
np.array([5, 6]).take(np.array([1]))
np.take_along_axis(np.array([5, 6]), np.argsort([2, 1]), 0)
np.unravel_index(np.array([3]), (2, 2))
np.ravel_multi_index((np.array([1]), np.array([1])), (2, 2))
np.choose(np.array([0, 1]), [[1, 2], [3, 4]])
np.partition([3, 1, 2], np.array([1])[0])
np.array_split(np.arange(5), np.array([2]))
np.insert([1, 2], np.array([1]), 9)
np.delete([1, 2, 3], np.array([1]))
np.searchsorted([1, 2, 3], np.array([2]))
np.histogram(np.array([1, 2, 2]), bins=np.array([0, 2, 3]))
np.roll([1, 2, 3], np.array([1])[0])
np.tile([1], np.array([2, 3]))
np.zeros(np.array([2])[0])
np.pad([1], np.array([1, 2]))
np.random.default_rng(1).binomial(np.array([10, 20]), 0.5)
np.random.default_rng(1).integers(np.array([5, 60]))
np.random.default_rng(1).multinomial(np.array([5])[0], [0.5, 0.5])
np.random.default_rng(1).choice(np.arange(5), size=np.array([2])[0])
np.random.default_rng(1).permutation(np.array([5])[0])
np.random.RandomState(1).binomial(np.array([10, 20]), 0.5)
np.random.RandomState(1).poisson(np.array([3, 4]))
np.random.RandomState(1).hypergeometric(np.array([5, 6]), 4, 3)
np.random.RandomState(1).multinomial(np.array([5])[0], [0.5, 0.5])
pd.DataFrame({"n": [1, 2]}).take(np.array([1]))
pd.DataFrame({"n": [1, 2]}).iloc[np.array([1])]
(lambda frame: frame.loc[frame.index.repeat(frame.n)])(pd.DataFrame({"n": [1, 2]}))
special.comb(np.array([5]), np.array([2]))
stats.binom.pmf(np.array([1]), np.array([5]), 0.5)
stats.binom.rvs(np.array([5, 6]), 0.5, random_state=1)
"""
SETUP = """
import functools, json, warnings
import numpy as np
import pandas as pd
from numpy import square as square_
from scipy import special, stats
from beside import cubed

@np.vectorize
def vectorized(n):
    return n * (n - 1) // 2

def told(function):
    with warnings.catch_warnings(action="ignore"):
        try:
            return repr(function())
        except Exception as error:
            return repr(error)
"""
BESIDE = "import numpy as np\ndef cubed(numbers):\n    return np.asarray(numbers) ** 3\n"
LINES = EXPRESSIONS.strip().splitlines()


@pytest.fixture(scope="module")
def in_a_guest(execution, release, tmp_path_factory):
    """What a guest says of each expression; one is in a module beside the notebook."""
    beside = tmp_path_factory.mktemp("files")
    (beside / "beside.py").write_text(BESIDE)
    each = ",\n".join(f"told(lambda: {line})" for line in LINES)
    code = f"{SETUP}\nprint(json.dumps([\n{each}\n]))"
    nb = test_guest.handed_in(release, {"m3-weights-answer": code})
    graded, _ = execution.grade(nb, release, beside)
    (cell,) = (cell for cell in graded.cells if cell.id == "m3-weights-answer")
    assert {part.get("name") for part in cell.outputs} == {"stdout"}, cell.outputs[-1]
    return dict(zip(LINES, json.loads("".join(part.text for part in cell.outputs)), strict=True))


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """What this Python says of each where an exercise's first cell has run."""
    values = {}
    before = sys.modules.pop("beside", None)
    place = tmp_path_factory.mktemp("home")
    (place / "beside.py").write_text(BESIDE)
    sys.path.insert(0, str(place))
    try:
        exec(SETUP, values)
    finally:
        sys.path.remove(str(place))
        if before is not None:
            sys.modules["beside"] = before
    told = values["told"]
    with np.printoptions(legacy="1.25"):  # as `checking.watch` has numbers shown
        return {line: told(eval(f"lambda: {line}", values)) for line in LINES}


@pytest.mark.parametrize("line", LINES)
def test_an_integer_is_as_wide_as_on_a_learners_computer(in_a_guest, at_home, line):
    assert in_a_guest[line] == at_home[line]


def test_here_integers_have_64_bits():
    assert np.dtype(int).itemsize == 8
