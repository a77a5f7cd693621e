"""Words of questions and of news: what carries meaning, and which forms are one word."""

from __future__ import annotations

from functools import lru_cache

from ingest.archive.word_index import terms
from ingest.vocabulary import MONTHS, WEEKDAYS

# What a question asks with, as alternatives of a pattern. "Why?" alone asks of what was said.
ASKING = (
    "who|whom|whose|what|which|when|where|how|is|are|was|were|did|does|do|has|have|had|can|could"
    "|will|would"
)
_STOP = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further had has
have having he her here hers him his how i if in into is it its itself just me more most my no nor
not of off on once only or other our out over own same she should so some such than that the their
them then there these they this those through to too under until up very was we were what when where
which while who whom whose why will with would you your s t tell us please say said says according
give know find show happen happened article report reported story news many much long far
big large tall high old deep wide take took taken taking get got make made makes making use used let
put set one latest newest recent recently currently lately nowadays
""".split()
STOP = frozenset(stem for word in _STOP for stem in terms(word)) | frozenset(_STOP)

# Days, months and feasts: capitalised, but no names of somebody or somewhere.
CALENDAR = frozenset(
    [name.lower() for name in (*WEEKDAYS, *MONTHS)] + "new year years day christmas easter".split()
)

# Forms that a suffix stemmer leaves apart, and words that news uses for one another. A line is a
# group; the first word stands for it. Only words with one plain meaning in news belong here.
_FORMS = """
leave left depart departed departure
win won winner victory
lose lost loss
fall fell fallen
rise rose risen
strike struck
die dead death dying killed kill deaths fatality
begin began begun start started launch launched
buy bought purchase acquire acquisition
sell sold sale
hold held
lead led leader head chief boss
meet met meeting
shoot shot
sink sank sunk
give gave given
go went gone
fly flew flown flight
pay paid payment
build built construct construction
break broke broken
choose chose chosen
become became join joined
speak spoke spoken speech
write wrote written
grow grew grown growth
see saw seen visible
send sent
spend spent
come came
run ran
bring brought
fight fought
seek sought
feel felt
find found discover discovered discovery
stand stood
drive drove driven
throw threw thrown
wear wore worn
injure injured wounded hurt
marry married wedding
birth born
elect election elected
vote voted ballot
defeat defeated beat beaten
resign resigned resignation quit
replace replaced succeed successor
child children
man men
woman women
person people
quake earthquake
exercise drill manoeuvre maneuver
vessel ship warship
visit visited call called
cost price expense
repair mend fix
risk danger threat
jail prison imprisoned jailed
arrest arrested detained
lawyer attorney
doctor physician
police officer
company firm
car vehicle
film movie
plane aircraft jet
boss manager
money funds
blaze wildfire fire
flood flooding flooded
storm hurricane typhoon cyclone
help aid assist assistance
collapse collapsed
crash crashed
ask asked request
show showed shown
warn warned warning
ban banned prohibit
delay delayed postpone postponed
end ended finish finished
name named appoint appointed
uk britain british
us american america
china chinese
russia russian moscow
japan japanese
ukraine ukrainian
india indian
france french
germany german
turkey turkish
spain spanish
italy italian
finland finnish
sweden swedish
norway norwegian
denmark danish
croatia croatian
greece greek
argentina argentine argentinian
libya libyan
syria syrian
israel israeli
iran iranian
iraq iraqi
egypt egyptian
canada canadian
australia australian
mexico mexican
brazil brazilian
poland polish
africa african
europe european
north northern
south southern
east eastern
west western
"""
_FORM_OF: dict[str, str] = {}
for _group in _FORMS.strip().split("\n"):
    _words = _group.split()
    for _stem in (stem for _word in _words for stem in terms(_word)):
        _FORM_OF.setdefault(_stem, terms(_words[0])[0])

_COMPOUND = 4  # letters that the shorter word of a compound must have


def content_terms(text: str) -> list[str]:
    """The stems that carry meaning, in order, each once; all stems when none does."""
    found = list(dict.fromkeys(terms(text)))
    return [term for term in found if term not in STOP] or found


def canonical(stem: str) -> str:
    """One stem for the forms of a word: of "won", "winner" and "victory", "win"."""
    return _FORM_OF.get(stem, stem)


@lru_cache(maxsize=10_000)
def same_word(one: str, other: str) -> float:
    """1 for forms of one word, 0.8 for a compound and its head (warship, ship), else 0."""
    if one == other or canonical(one) == canonical(other):
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _COMPOUND and long.endswith(short):
        return 0.8
    return 0.0
