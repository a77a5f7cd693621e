"""How questions speak of articles and of who printed them: words and patterns, nothing else."""

from __future__ import annotations

import re


def one_of(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


# What an outlet prints. The first ones may also follow a name without a possessive.
PIECE = (
    r"(?:articles?|reports?|reporting(?!\s+(?:an?|that|no)\b)|coverage|story|stories|pieces?"
    r"|reviews?|interviews?|columns?"
    r"|editorials?|op-?eds?|dispatch(?:es)?|explainers?|live ?blogs?|newsletters?|write-?ups?"
    r"|investigations?|analys[ei]s|commentar(?:y|ies)|headlines?|obituar(?:y|ies)|profiles?)"
)
OWN = (
    rf"(?:{PIECE}|accounts?|versions?|descriptions?|portrayals?|depictions?|assessments?|features?"
    r"|claims?|views?|stances?|verdicts?|exclusives?|texts?|takes?|updates?|summar(?:y|ies)"
    r"|recaps?|previews?|essays?|narratives?"
    r"|guides?|lists?|rankings?|round-?ups?|posts?|blogs?|podcasts?|characteri[sz]ations?"
    r"|predictions?|mentions?)"
)
# What an outlet says of itself is news of it.
ITSELF = (
    r"(?:(?:that\s+)?(?:it|its|itself|they|their)\b"
    r"|(?:(?:an?|record|quarterly|annual|higher|lower|net|operating|falling|rising|big|steep|strong"
    r"|weak)\s+){1,3}(?:loss(?:es)?|profits?|earnings|revenues?|results|sales)\b)"
)
NOT_A_PIECE = (
    r"(?!-\w|\s+(?:boards?|teams?|editors?|writers?|desks?|units?|rooms?|cards?)\b|\s+"
    + ITSELF
    + ")"
)
KIND_OF_PIECE = one_of(
    r"latest recent earlier previous original first second third last other own new separate"
    r" subsequent later same exclusive detailed in-depth daily weekly live video website online"
    r" magazine news sports business tech technology opinion front-page \d{4}"
)
SAY = one_of(
    r"reports? reported says? said writes? wrote written claim(?:s|ed)? mention(?:s|ed)? notes?"
    r" noted describe[sd]? suggest(?:s|ed)? indicate[sd]? states? stated imply implie[sd]"
    r" attribute[sd]? cover(?:s|ed)? discuss(?:es|ed)? reveal(?:s|ed)? highlight(?:s|ed)?"
    r" portray(?:s|ed)? depict(?:s|ed)? detail(?:s|ed)? allege[sd]? argue[sd]? predict(?:s|ed)?"
    r" project(?:s|ed)? estimate[sd]? emphasi[sz]e[sd]? summari[sz]e[sd]? explain(?:s|ed)?"
    r" characteri[sz]e[sd]? conclude[sd]? quote[sd]? cite[sd]? assert(?:s|ed)?"
)
SAY_PLAINLY = one_of(
    r"reports? reported says? said writes? wrote mention(?:s|ed)? noted claim(?:s|ed)?"
    r" publish(?:ed)?(?=\s(?:on|about)\s)"
)
TOLD = one_of(
    r"reported covered published written described mentioned noted discussed detailed highlighted"
    r" claimed stated cited featured reviewed suggested indicated portrayed outlined said explained"
    r" revealed summari[sz]ed depicted recounted analy[sz]ed profiled carried printed appeared"
    r" quoted alleged emphasi[sz]ed criticized criticised scrutinized recognized"
    r" rumou?red listed ranked rated speculated believed hinted"
    r" called termed labelled labeled portrayed examined deemed evaluated"
)
WHEN = r"(?:\w+ly|first|jointly|yesterday|today|both|(?:on|in|this|last|earlier)\s+\w+(?:\s+\d+)?)"
OUTLETS = (
    r"(?:sources?|(?:news\s?)?(?:outlets?|papers?|sites?)|publications?|publishers?|websites?"
    r"|media|agencies)"
)
AUX = one_of(
    r"has have had also both each all previously recently first then later initially ever not"
)

LEAD = re.compile(
    r"(?:\b(?:both|either|the|an?|another|first|second|third|latest|separate"
    r"|newspapers?|news\s(?:agency|site|outlet)|agency|magazine"
    r"|broadcaster|outlets?|website)\s+){0,3}(?P<quote>[\"'‘“„«]?)(?:\bthe\s+|www\.)?\Z",
    re.IGNORECASE,
)
_HOST = r"(?:\.(?:com|org|net|co\.uk)\b)?(?:\s(?:magazine|newspaper)\b)?"
TAIL = re.compile(_HOST + r"(?P<owns>['’]s\b|(?<=s)['’](?=\s))?(?P<quote>(?!))?")
TAIL_QUOTED = re.compile(_HOST + r"(?P<quote>[\"'’”“»](?!s\b))?(?P<owns>['’]s\b)?")
LINK = re.compile(
    r"\s*(?:[,;/&+]\s*)?(?:\b(?:and|or|nor|as well as)\s+)?(?:(?:by|from|in)\s+)?", re.I
)
STOP = re.compile(r"\s*(?:[?.!,;:)]|\Z)")
COLON = re.compile(r"\s*:\s")
COMMA = re.compile(r"\s*[,;]\s*")

# Before the name; what follows the name must not make it a part of something longer.
BEFORE = re.compile(
    rf"(?:(?P<span>\b(?:according\s+to|as\s+per|per|via|citing|quoting|source:))"
    rf"|(?P<told>(?:\bas\s+)?\b{TOLD}(?:\s+on)?(?:\s+{WHEN})?\s+(?:by|in|on|from))"
    r"|(?P<turned>(?<=,\s)(?:says|said|writes|wrote|reports|reported|notes|noted|claims|claimed))"
    rf"|\b(?:{OWN}['\"’”]?|another|ones?|anything|something|information|news|facts|quotes?"
    rf"|updates?|concerns?)"
    rf"\s+(?:published\s+|appearing\s+|run\s+)?(?P<at>by|from|in|at)"
    rf"|(?P<list>\b(?:by|from|in|across|per|to)\s+(?:\w+\s+){{0,3}}{OUTLETS},?"
    r"\s+(?:including|such as|like)))"
    r"\s+\Z",
    re.IGNORECASE,
)
# What may as well be news of the outlet, unless the question has another source.
BEFORE_TOO = re.compile(
    r"(?:\b(?:opposed\s+to|contrast\s+(?:to|with)|unlike|contrary\s+to|compared\s+(?:to|with))|"
    r"\b(?:accused|considered|presented|shown|described|seen|that|those)\s+(?P<too>by|in|on"
    r"|of))\s+\Z",
    re.IGNORECASE,
)
BEFORE_WEAKLY = re.compile(
    rf"(?:\b{OWN}\b(?:\s+[^\s.?!;,]+){{1,10}}?\s+(?P<by>by|from)"
    rf"|(?P<only>\bonly(?:\s+(?:from|in|by|use))?|\b(?:us(?:e|ing)|search"
    rf"|based\s+on)(?:\s+(?:only|just))?)"
    rf"|\b(?P<in>in))\s+\Z",
    re.IGNORECASE,
)
# "the lawsuit filed by", "the takeover by": done by the outlet, not written by it.
DOING = re.compile(
    r"(?:\b\w+(?:ed|en|ght|own|ade|old|ut)|\b(?:lawsuit|suit|takeover|acquisition|purchase|deal"
    r"|decision"
    r"|apology|strike|error|offer|bid|layoffs?|resign\w*|depart\w*|dismissal|firing|exit|owned"
    r"|run))"
    r"\s+(?:by|from)\s+\Z",
    re.IGNORECASE,
)
INSIDE = re.compile(
    r"\b(?:stakes?|shares?|invest\w*|interest|jobs?|cuts?|layoffs?|work\w*|employ\w*|roles?"
    r"|positions?"
    r"|stock|staff|crisis|scandal|strike|trust|confidence|faith|changes?|rows?|power|control"
    r"|plac\w+"
    r"|ads?|advert\w*|believe)\s+in\s+\Z",
    re.IGNORECASE,
)
CLOSED = re.compile(
    r"\s*(?:[?.!,;:)\]\"”…–—-]|\Z|(?:and|or|in|about|that|this|last|of|for|with|as|at|from|to|if"
    r"|when"
    r"|while|is|was|are|were|has|have|had|did|does|do|will|would|can|could|should|which|who|whose"
    r"|whom"
    r"|what|why|how|where|regarding|concerning|over|since|until|before|after|by|but|than|on|not"
    r"|between"
    r"|yesterday|today|earlier|recently|during|despite|because|respectively|alone|only|versus|"
    rf"{SAY}|agree|differ|change|confirm|maintain|\w+(?<!build)(?<!meet)(?<!rat)ing|\w+ed"
    rf"|\d[\w-]*|{PIECE})\b)",
    re.IGNORECASE,
)
ITS_PEOPLE = re.compile(
    r"['’\s]*\b(?:s\s+)?(?:\w+\s+)?(?:anchors?|hosts?|presenters?|journalists?|reporters?"
    r"|correspondents?|chief|ceo"
    r"|boss|editors?|executives?|staff|employees?|founders?|owners?|contributors?|columnists?|poll"
    r"|polls|surveys?|lawsuit|settlement|union|workers|viewers?|500|readers?|commentators?"
    r"|analysts?)\b",
    re.IGNORECASE,
)
AFTER = re.compile(
    rf"\s+(?:{KIND_OF_PIECE}\s+){{0,3}}{PIECE}\b{NOT_A_PIECE}(?!\s+into\s+its)", re.IGNORECASE
)
AFTER_OWN = re.compile(
    rf"\s+(?:[a-z][\w-]*\s+){{0,2}}?{OWN}\b{NOT_A_PIECE}(?!\s+into\s+its)", re.IGNORECASE
)
VERB = (
    rf"\s+(?:{AUX}\s+){{0,2}}SAYING\b"
    rf"(?!\s+(?:by\b|up\b|goodbye|{ITSELF}))"
)
_SAYING = (
    rf"(?:{SAY}|publish(?:ed)?\s+(?:on|about)|confirm(?:s|ed)?\s+that|(?:shar|rais|voic"
    rf"|express)(?:e|es|ed)\s+(?:concern|doubt|fear)s?"
    rf"|(?:fail|maintain|continu|declin|chang|differ)\w*\s+(?:\w+\s+){{0,3}}(?:{PIECE}|{SAY}))"
)
_SAYING_TOO = (
    r"(?:(?:identif|acknowledg|address|evaluat|express|view|link|compar|contrast|prais"
    r"|critici[sz]|rank"
    r"|recommend|provid|present|show|warn|speculat|recogni[sz]|affirm|stress|underscor|critiqu"
    r"|associat"
    r"|fram|offer|consider|support|connect|confirm|clarif|disput|contradict|agree|differ|disagree"
    r"|focus)(?:e|es|ed|s|y|ies"
    r"|ied)?|refer(?:s|red)?\s+to|point(?:s|ed)?\s+(?:to|out)|call(?:s|ed)?|give|gave|gives"
    r"|(?:did|does)(?=\W*\Z))"
)
SAYS_TOO = re.compile(VERB.replace("SAYING", _SAYING_TOO), re.IGNORECASE)
SAYS = re.compile(VERB.replace("SAYING", _SAYING), re.IGNORECASE)
SAYS_PLAINLY = re.compile(VERB.replace("SAYING", SAY_PLAINLY), re.IGNORECASE)
CALLED = re.compile(r"\s+(?:described|portrayed|depicted|characteri[sz]ed)\s+as\b", re.IGNORECASE)
PRINTED = re.compile(rf"\b(?:{SAY}|{PIECE}|published)\b", re.IGNORECASE)

LEFT_OUT = re.compile(
    rf"(?P<span>\b(?:other\s+than|except(?:\s+for)?|exclud(?:e|ing)|(?:apart|aside)\s+from|besides"
    rf"|leav(?:e|ing)\s+out|ignor(?:e|ing)|without|(?P<no>(?:but\s+)?not))"
    rf"(?:\s+(?:{PIECE}\s+)?(?:in|from|by|via|per|according\s+to))?)\s+\Z",
    re.IGNORECASE,
)
WHOLE_END = re.compile(rf"\s*(?:{PIECE}\s*)?(?:[?.!)\]]|,?\s*please\b|\Z)", re.IGNORECASE)
WHOLE_START = re.compile(r"(?:\A|[?.!(]\s*)\Z")
OUTLET_NOUN = re.compile(
    rf"\b(?:{OUTLETS}|{PIECE}|anyone|anything|who else|else|what|who)\s*,?\s*\Z", re.I
)
DAY = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May"
    r"|June|July|August|September|October|November|December)"
)
CAPITAL_NEXT = re.compile(rf"\s+(?!{DAY}\b|(?i:{PIECE})\b|AI\b)[A-Z][\w’'-]*")
CAPITAL_BEFORE = re.compile(r"(?<![.?!:]\s)(?<!\A)\b[A-Z][\w-]*\s+\Z")
FUNCTION = re.compile(
    r"\b(?:The|A|An|In|Did|Does|Do|Has|Have|Had|Is|Was|Were|Are|What|Who|Which|When|Where|Why|How"
    r"|Per|Via"
    r"|According|To|By|From|After|Before|Between|Since|And|Or|Both|If|Of|Source|Use|Only)\s+\Z"
)
