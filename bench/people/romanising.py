"""Transliterations of Cyrillic into Latin letters, by passports, libraries and everyday use."""

LETTERS = "абвгґдеєёжзиіїйклмнопрстуфхцчшщъыьэюя"
WAYS = {
    "passport": "a b v h g d e ie io zh z y i i i k l m n o p r s t u f kh ts ch sh shch - y - e iu ia",
    "english": "a b v g g d e ye yo zh z i i yi y k l m n o p r s t u f kh ts ch sh sch - y - e yu ya",
    "library": "a b v g g d e je e z z i i ji j k l m n o p r s t u f h c c s sc - y - e ju ja",
    "german": "a b w g g d e je jo sch s i i ji j k l m n o p r s t u f ch z tsch sch schtsch - y - e ju ja",
    "french": "a b v g g d e ie io j z i i i i k l m n o p r s t ou f kh ts tch ch chtch - y - e iou ia",
}
TABLES = {
    way: dict(zip(LETTERS, latin.replace("-", "_").split(), strict=True)) for way, latin in WAYS.items()
}


def romanised(word: str, way: str) -> str:
    """Return a Cyrillic word in Latin letters, by one system."""
    table = TABLES[way]
    text = "".join(table.get(letter, letter) for letter in word.casefold()).replace("_", "")
    if way == "english":
        text = text.removesuffix("iy") + "y" if text.endswith("iy") else text
    return text.capitalize()


def spellings(word: str) -> tuple[str, ...]:
    """Return the distinct Latin spellings of a Cyrillic word, the most common first."""
    return tuple(dict.fromkeys(romanised(word, way) for way in WAYS))


def feminine(family: str) -> str:
    """Return the feminine form of a Slavic family name, in Latin or Cyrillic letters."""
    for ending, hers in (("ький", "ька"), ("кий", "кая"), ("cki", "cka"), ("ski", "ska"), ("sky", "ska")):
        if family.endswith(ending):
            return family.removesuffix(ending) + hers
    return family + "а" if family.endswith(("ов", "ев", "ёв", "ин", "ін")) else family
