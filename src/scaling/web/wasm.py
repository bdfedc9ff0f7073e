"""Shortens the runtime's WebAssembly module: no names, and no functions that no lesson can reach.

All of numpy, pandas, scipy, matplotlib, scikit-learn and others is compiled into one module, and a
browser keeps its bytes in memory. The functions of extension modules that are never imported lose
their bodies here. The numbers of functions stay as they are, so that nothing else has to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Kinds of sections in the WebAssembly Core Specification, section 5.5.
CUSTOM, IMPORT, MEMORY, EXPORT, ELEMENT, CODE = 0, 2, 5, 7, 9, 10
# Python takes about a tenth of this. Where a cell wants more it gets a ``MemoryError``, and the
# page goes on.
MOST_MEMORY = 16_384  # pages of 64 KiB: 1 GiB
FUNCTION_NAMES = 1  # the part of the custom section "name" with the names of functions
# The number of a function after call, return_call or ref.func. What looks like one by chance only
# keeps a function too many; matches may overlap, so that none is missed.
CALL = re.compile(rb"[\x10\x12\xd2](?=([\x80-\xff]{0,4}[\x00-\x7f]))")
# A constant that the linker of LLVM has filled in, with five bytes: an address in memory, or a
# place in the table of functions.
CONSTANT = re.compile(rb"\x41([\x80-\xff]{4}[\x00-\x0f])")
# Bodies with their size in front: no local variables, then unreachable or a null pointer, and end.
STOP = b"\x03\x00\x00\x0b"
NULL = b"\x04\x00\x41\x00\x0b"
INIT = "PyInit_"
FIRST_ADDED = f"{INIT}_multiarray_umath"  # Python itself comes before the packages.
CYTHON = re.compile(r"__pyx_p[fw]_(\d.*)")
# Templates and inline functions are compiled with the first package that uses them, for all others.
SHARED = re.compile("::|<")


@dataclass(frozen=True)
class _Module:
    """What has to be known of a module; functions are told apart by their numbers.

    Attributes
    ----------
    content : bytes
    sections : list of tuple
        Kind, first byte and end of each section's content.
    bodies : dict of int to tuple
        First byte and end of each function, its size included.
    names : dict of int to str
    table : dict of int to int
        Functions whose address is taken, by place.
    exported : set of int
    """

    content: bytes
    sections: list[tuple[int, int, int]]
    bodies: dict[int, tuple[int, int]]
    names: dict[int, str]
    table: dict[int, int]
    exported: set[int]


def shortened(content: bytes, imported: set[str] | None) -> bytes:
    """Return a module that does the same for a Python that imports only some modules.

    Other extension modules of the packages cannot be imported from it: Python raises SystemError.

    Parameters
    ----------
    content : bytes
        A module as the linker of LLVM made it, with the names of its functions.
    imported : set of str or None
        Full names of all Python modules that are imported; None to keep all functions.
    """
    module = _read(content)
    bodies = {} if imported is None else _replaced(module, imported)
    kept = [content[:8]]  # the magic number and the version
    for kind, begin, end in module.sections:
        if kind == CUSTOM:
            continue  # names for debuggers, a seventh of the module
        inside = content[begin:end]
        if kind == CODE:
            parts = [bodies.get(one, content[slice(*at)]) for one, at in module.bodies.items()]
            inside = _leb(len(parts)) + b"".join(parts)
        elif kind == MEMORY:
            inside = _limited(inside)
        kept.append(bytes([kind]) + _leb(len(inside)) + inside)
    return b"".join(kept)


def _limited(memories: bytes) -> bytes:
    """Return the section of a memory that has a least size with a largest one as well."""
    if memories[:2] != b"\x01\x00":
        raise ValueError("The runtime has to have one memory, without a limit of its own.")
    least, _ = _number(memories, 2)
    return b"\x01\x01" + _leb(least) + _leb(MOST_MEMORY)


def _replaced(module: _Module, imported: set[str]) -> dict[int, bytes]:
    """Return new bodies of functions that cannot be reached."""
    own = _of_others(module, imported)
    inits = {one for one in own if module.names.get(one, "").startswith(INIT)}
    pointed = set(module.table.values())
    begun = module.exported | {
        one for one in pointed if one not in own or SHARED.search(module.names.get(one, ""))
    }
    reached: set[int] = set()
    waiting = [one for one in begun if one in module.bodies]
    while waiting:
        one = waiting.pop()
        if one in reached or one in inits:
            continue
        reached.add(one)
        waiting += [other for other in _mentioned(module, one) if other not in reached]
    gone = dict.fromkeys(module.bodies.keys() - reached, STOP)
    return gone | dict.fromkeys(inits, NULL)


def _of_others(module: _Module, imported: set[str]) -> set[int]:
    """Return the functions of extension modules that are not imported.

    The linker puts what belongs to one extension module together. What lies between two functions
    whose names say that they are of modules that are not imported is of such modules as well.
    """
    inits = {name.removeprefix(INIT) for name in module.names.values() if name.startswith(INIT)}
    # The name of its first function is short, or the whole one where two would be the same.
    kept: dict[str, set[str]] = {
        name: {name.rpartition(".")[2], name.replace(".", "_")} & inits for name in imported
    }
    extensions = {name for name, found in kept.items() if found}
    short = set().union(*kept.values())
    found: set[int] = set()
    last: int | None = None  # the last function that is known to be of another module
    has_begun = False
    for one in sorted(module.bodies):
        name = module.names.get(one, "")
        has_begun = has_begun or name == FIRST_ADDED
        is_init = name.startswith(INIT)
        owner = _owner(name)
        if not has_begun or not (is_init or owner):
            continue
        if (name.removeprefix(INIT) in short) if is_init else not owner.isdisjoint(extensions):
            last = None
        else:
            found.update(range(one if last is None else last, one + 1))
            last = one
    return found


def _owner(name: str) -> set[str]:
    """Return what the module of a function that Cython made may be called; empty for others.

    In ``__pyx_pw_5scipy_5stats_6_stats_1f`` each part of scipy.stats._stats.f has its length.
    """
    match = CYTHON.search(name)
    found: set[str] = set()
    rest, whole = match[1] if match else "", ""
    while length := re.match(r"\d+", rest):
        begin, end = length.end(), length.end() + int(length[0])
        whole = f"{whole}.{rest[begin:end]}".lstrip(".")
        found.add(whole)
        rest = rest[end:].removeprefix("_")
    return found


def _mentioned(module: _Module, one: int) -> Iterator[int]:
    """Yield the functions that a function may call, or whose address it may take."""
    body = module.content[slice(*module.bodies[one])]
    for number in map(_value, CALL.findall(body)):
        if number in module.bodies:
            yield number
    for place in map(_value, CONSTANT.findall(body)):
        if module.table.get(place) in module.bodies:
            yield module.table[place]


# ---------------------------------------------------------------- the binary format


def _read(content: bytes) -> _Module:
    sections: list[tuple[int, int, int]] = []
    at = 8
    while at < len(content):
        size, begin = _number(content, at + 1)
        sections.append((content[at], begin, begin + size))
        at = begin + size
    first = 0  # Imported functions have the lowest numbers.
    bodies: dict[int, tuple[int, int]] = {}
    names: dict[int, str] = {}
    table: dict[int, int] = {}
    exported: set[int] = set()
    for kind, begin, end in sections:
        count, at = _number(content, begin)
        if kind == IMPORT:
            first = count
        elif kind == EXPORT:
            for _ in range(count):
                size, at = _number(content, at)
                number, after = _number(content, at + size + 1)
                if content[at + size] == 0:  # a function
                    exported.add(number)
                at = after
        elif kind == ELEMENT:
            # The linker writes one part, into table 0, from a constant place on.
            place, at = _number(content, at + 2)
            count, at = _number(content, at + 1)
            for number in range(place, place + count):
                table[number], at = _number(content, at)
        elif kind == CODE:
            for number in range(first, first + count):
                size, after = _number(content, at)
                bodies[number] = (at, after + size)
                at = after + size
        elif content[at : at + count] == b"name":
            names = _names(content, at + count, end)
    return _Module(content, sections, bodies, names, table, exported)


def _names(content: bytes, at: int, end: int) -> dict[int, str]:
    names: dict[int, str] = {}
    while at < end:
        kind = content[at]
        size, at = _number(content, at + 1)
        if kind == FUNCTION_NAMES:
            count, place = _number(content, at)
            for _ in range(count):
                number, place = _number(content, place)
                length, place = _number(content, place)
                names[number] = content[place : place + length].decode("utf-8", "replace")
                place += length
        at += size
    return names


def _number(content: bytes, at: int) -> tuple[int, int]:
    """Return a number in LEB128, seven bits a byte, and the place after it."""
    value = shift = 0
    while True:
        byte = content[at]
        at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
        if byte < 128:
            return value, at


def _value(digits: bytes) -> int:
    """Return the number that LEB128 digits stand for."""
    return sum((byte & 127) << 7 * place for place, byte in enumerate(digits))


def _leb(value: int) -> bytes:
    """Return a number in LEB128."""
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])
