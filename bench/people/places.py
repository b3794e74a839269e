"""Plausible addresses: real towns with their postcode areas; made-up streets and units."""

from random import Random
from typing import NamedTuple

TOWNS = """
London:E London:N London:SE London:SW London:W London:NW Birmingham:B Manchester:M Leeds:LS Glasgow:G
Liverpool:L Sheffield:S Bristol:BS Leicester:LE Coventry:CV Bradford:BD Cardiff:CF Nottingham:NG Luton:LU
Blackburn:BB Bolton:BL Oldham:OL Stoke-on-Trent:ST Wolverhampton:WV Slough:SL Reading:RG Croydon:CR
Ilford:IG Harrow:HA Southall:UB Enfield:EN Romford:RM Kingston:KT Derby:DE Plymouth:PL Southampton:SO
Portsmouth:PO Newcastle:NE Sunderland:SR Hull:HU Middlesbrough:TS Preston:PR Wakefield:WF Huddersfield:HD
Halifax:HX Peterborough:PE Norwich:NR Ipswich:IP Northampton:NN Milton_Keynes:MK Swansea:SA Newport:NP
Wrexham:LL Edinburgh:EH Dundee:DD Aberdeen:AB Paisley:PA Exeter:EX Oxford:OX Cambridge:CB Colchester:CO
Chelmsford:CM Brighton:BN Medway:ME Canterbury:CT Watford:WD Stevenage:SG Gloucester:GL Worcester:WR
Telford:TF Walsall:WS
"""
FIRST = """
Church Station Victoria Albert Park Queens Kings Mill Green High Manor Grange Grove Chapel School Bridge
York London Windsor Alexandra Cromwell Nelson Wellington Stanley Clarence Cambridge Oxford Durham Kent
Sussex Devon Cedar Elm Oak Ash Beech Birch Hawthorn Willow Poplar Lime Rowan Holly Laurel Primrose Rose
Lavender Heather Meadow Field Orchard Garden Spring Brook River Lake Hill Valley Moor Common Heath North
South East West New Old Upper Lower Canal Castle Abbey Priory Rectory Vicarage Market Foundry Forge Quarry
Granville Salisbury Gladstone Balfour Russell Spencer Percy Mortimer Warwick Norfolk Bedford Lancaster
Stafford Carlton Richmond Milton Shelley Byron Tennyson
"""
LAST = "Road Street Avenue Lane Close Drive Way Terrace Crescent Gardens Court Place Grove Walk"
UNIT = "ABDEFGHJLNPQRSTUWXYZ"  # letters at the end of a postcode
STREETS = 3_000


class Place(NamedTuple):
    """An address."""

    address: str
    town: str
    postcode: str


FIRSTS, LASTS = FIRST.split(), LAST.split()
AREAS = [tuple(token.replace("_", " ").split(":")) for token in TOWNS.split()]
WEIGHTS = [1 / (rank + 4) ** 0.6 for rank in range(len(AREAS))]


def street(random: Random) -> tuple[int, int]:
    """Return a random street: the number of its town and its own."""
    return random.choices(range(len(AREAS)), WEIGHTS)[0], random.randrange(STREETS)


def street_in(random: Random, town: int) -> tuple[int, int]:
    """Return a random street in that town."""
    return town, random.randrange(STREETS)


def place(at: tuple[int, int], house: str) -> Place:
    """Return a house in a street; a street has one name and one postcode."""
    town, number = at
    name, area = AREAS[town]
    mixed = (number * 7919 + town * 104_729) % (len(FIRSTS) * len(LASTS))
    road = f"{FIRSTS[mixed // len(LASTS)]} {LASTS[mixed % len(LASTS)]}"
    district, rest = 1 + number % 19, number // 19
    unit = f"{1 + rest % 9}{UNIT[(rest // 9) % 20]}{UNIT[(number * 13 + town) % 20]}"
    return Place(f"{house} {road}", name, f"{area}{district} {unit}")


def house(random: Random) -> str:
    """Return the number of a house, or of a flat in one."""
    number = random.randint(1, 140)
    return f"Flat {random.randint(1, 12)}, {number}" if random.random() < 0.12 else str(number)
