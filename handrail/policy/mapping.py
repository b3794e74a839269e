"""Translate answers between a pack and the one it extends, so that statistics can use either's codes."""

from collections.abc import Iterable, Iterator

from handrail.policy.faults import Fault
from handrail.policy.schema.codes import Code, CodeList, CodeMapping, Pair
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Stage


def in_newer(newer: Pack, codes: str, code: str, to: str = "") -> str | None:
    """Return the code in the newer pack for a code of the extended pack; None where no single code matches.

    `to` is the list of the newer pack, where its id is not that of the extended pack's list.
    """
    pairs = _pairs(newer, codes, to or codes)
    same = _same(newer, codes, code) if to in {"", codes} else set()
    return _single({*(p.newer for p in pairs if p.older == code), *same})


def in_older(older: Pack, newer: Pack, codes: str, code: str, of: str = "") -> str | None:
    """Return the code in the extended pack for a code of the newer pack; None where no single code matches.

    `of` is the list of the extended pack, where its id is not that of the newer pack's list.
    """
    pairs = _pairs(newer, of or codes, codes)
    same = _same(older, codes, code) if of in {"", codes} else set()
    return _single({*(p.older for p in pairs if p.newer == code), *same})


def _pairs(newer: Pack, codes: str, target: str) -> list[Pair]:
    return [p for m in newer.mappings if (m.list, m.target) == (codes, target) for p in m.codes]


def band_of(codes: CodeList, number: int) -> Code | None:
    """Return the code of a list of bands that contains a number."""
    banded = (code for code in codes.codes if code.least is not None or code.most is not None)
    return next((code for code in banded if _holds(code, number)), None)


def stage_in_newer(newer: Pack, stage: str) -> Stage | None:
    """Return the stage of the newer pack for a case at this stage of the older one."""
    same = newer.stage_by_id.get(stage)
    return same or next((other for other in newer.stages if stage in other.was), None)


def loose_codes(older: Pack, newer: Pack) -> list[Fault]:
    """Return a fault for every stage and code of two packs that the newer pack does not map."""
    faults = [
        Fault("stages", stage.id, NOWHERE) for stage in older.stages if not stage_in_newer(newer, stage.id)
    ]
    for mapping in newer.mappings:
        faults += [Fault("mappings", mapping.id, message) for message in _pair_faults(older, newer, mapping)]
    for codes in older.code_lists:
        pairs = {p.older for m in newer.mappings if m.list == codes.id for p in m.codes}
        faults += _unsaid(newer.codes_by_id.get(codes.id), codes, pairs, "of the extended pack")
    for codes in newer.code_lists:
        mappings = [m for m in newer.mappings if m.target == codes.id]
        if mappings or codes.id in older.codes_by_id:
            pairs = {p.newer for m in mappings for p in m.codes}
            faults += _unsaid(older.codes_by_id.get(codes.id), codes, pairs, "of this pack")
    return faults


NOWHERE = "The extended pack has this stage and this one does not: say where its cases stand, by “was”."


def _unsaid(
    other: CodeList | None, codes: CodeList, pairs: Iterable[str | None], where: str
) -> Iterator[Fault]:
    """Yield the codes of a list that the other pack's list lacks and no mapping names."""
    said = {*pairs, *(other.labels if other else ())}
    for code in codes.codes:
        if code.id not in said:
            message = (
                f"Code “{code.id}” {where} is in no mapping: say what it is in the other, or why nothing."
            )
            yield Fault("code_lists", codes.id, message)


def _pair_faults(older: Pack, newer: Pack, mapping: CodeMapping) -> Iterator[str]:
    if mapping.list not in older.codes_by_id:
        yield f"The extended pack has no list “{mapping.list}”."
    for pair in mapping.codes:
        yield from _known(older, mapping.list, pair.older, "extended")
        yield from _known(newer, mapping.target, pair.newer, "newer")
        if not (pair.older and pair.newer) and not pair.note:
            yield f"“{_either(pair)}” is mapped to nothing; a note says why."


def _known(pack: Pack, codes: str, code: str | None, which: str) -> Iterator[str]:
    known = pack.codes_by_id.get(codes)
    if code and (known is None or code not in known.labels):
        yield f"List “{codes}” of the {which} pack has no code “{code}”."


def _either(pair: Pair) -> str:
    return pair.older or pair.newer or "A pair without codes"


def _same(pack: Pack, codes: str, code: str) -> set[str]:
    known = pack.codes_by_id.get(codes)
    return {code} if known and code in known.labels else set()


def _single(codes: set[str | None]) -> str | None:
    found = codes - {None}
    return found.pop() if len(found) == 1 else None


def _holds(code: Code, number: int) -> bool:
    least = code.least if code.least is not None else number
    most = code.most if code.most is not None else number
    return least <= number <= most
