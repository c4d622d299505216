"""What each engine can do, for those who ask before it is loaded."""

from __future__ import annotations

from talker.speech.engine import SpeechCapabilities

BAKER = SpeechCapabilities(languages=frozenset({"zh"}), pitch=True)

PIPER = SpeechCapabilities(languages=frozenset({"en"}), pitch=True)
"""With the embedded voice; another voice file speaks its own language."""

_ESPEAK_LANGUAGES = """
af am an ar as az ba be bg bn bpy bs ca chr cs cv cy da de el en eo es et eu fa fi fo fr ga gd gn
grc gu hak haw he hi hr ht hu hy hyw ia id io is it ja jbo ka kaa kk kl kn ko kok ku ky la lb lfn
lt ltg lv mi mk ml mr ms mt mto my nb nci ne nl no nog om or pa pap pl pt py qdb qu quc qya ro ru
sd shn si sjn sk sl smj sq sr sv sw ta te th ti tk tn tr tt ug uk ur uz vi yue zh
"""

ESPEAK = SpeechCapabilities(languages=frozenset(_ESPEAK_LANGUAGES.split()), pitch=True)
"""The languages of espeak-ng 1.52."""

PADDLESPEECH = SpeechCapabilities(languages=frozenset({"zh", "yue", "en"}), pitch=True)
"""Some in one sentence, where the voice is a mixed one."""
