"""What a programme says of itself, in the language of its audience: dates, bylines, goodbyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from talker.text.languages import UNSPACED, primary

_EN_MONTHS = "January February March April May June July August September October November December"
_MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    language: tuple(names.split())
    for language, names in {
        "en": _EN_MONTHS,
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
        "diciembre",
        "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
        "novembre dicembre",
        "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
        "dezembro",
        "nl": "januari februari maart april mei juni juli augustus september oktober november "
        "december",
        "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    }.items()
})  # fmt: skip
_DAYS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    language: tuple(names.split())
    for language, names in {
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "es": "lunes martes miércoles jueves viernes sábado domingo",
        "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
        "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
        "ja": "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
        "ko": "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    }.items()
})  # fmt: skip
_DATES: Mapping[str, str] = MappingProxyType({
    "en": "{day}, {d} {month} {y}",
    "en-us": "{day}, {month} {d}, {y}",
    "de": "{day}, {d}. {month} {y}",
    "fr": "{day} {d} {month} {y}",
    "es": "{day}, {d} de {month} de {y}",
    "it": "{day} {d} {month} {y}",
    "pt": "{day}, {d} de {month} de {y}",
    "nl": "{day} {d} {month} {y}",
    "ru": "{day}, {d} {month} {y} г.",
    "zh": "{y}年{m}月{d}日 {day}",
    "ja": "{y}年{m}月{d}日 {day}",
    "ko": "{y}년 {m}월 {d}일 {day}",
})  # fmt: skip
_BY: Mapping[str, str] = MappingProxyType({
    "en": "by", "de": "von", "fr": "de", "es": "de", "it": "di", "pt": "de", "nl": "van",
})  # fmt: skip
_CLOSINGS: Mapping[str, str] = MappingProxyType({
    "en": "Thank you for watching",
    "zh": "谢谢收看",
    "yue": "多謝收睇",
    "de": "Danke fürs Zuschauen",
    "fr": "Merci de votre attention",
    "es": "Gracias por su atención",
    "it": "Grazie per l'attenzione",
    "pt": "Obrigado pela atenção",
    "nl": "Bedankt voor het kijken",
    "ru": "Спасибо за внимание",
    "ja": "ご視聴ありがとうございました",
    "ko": "시청해 주셔서 감사합니다",
})  # fmt: skip
_MARKS = "。．.！!？?，,；;：:、"


def written_day(day: date, language: str) -> str:
    """A date as the audience writes it: "Monday, 23 November 2026"; ISO 8601 where unknown."""
    tag = language.lower().replace("_", "-")
    own = primary(language)
    own = "zh" if own == "yue" else own
    if own not in _DAYS:
        return day.isoformat()
    months = _MONTHS.get(own)
    return _DATES[tag if tag in _DATES else own].format(
        day=_DAYS[own][day.weekday()],
        month=months[day.month - 1] if months else "",
        y=day.year,
        m=day.month,
        d=f"1{'er' if own == 'fr' else ''}" if day.day == 1 else day.day,
    )


def byline(author: str, dynasty: str, language: str) -> str:
    """What stands under a poem's title: "苏轼 · 宋", "by Li Bai · Tang"; empty for nobody."""
    by = _BY.get(primary(language))
    return " · ".join(filter(None, (f"{by} {author}" if author and by else author, dynasty)))


def spoken_title(title: str, author: str, dynasty: str, language: str) -> str:
    """How a reciter names a poem: "水调歌头。宋，苏轼。", "Jabberwocky, by Lewis Carroll"."""
    own = primary(language)
    if own in UNSPACED:
        name = title.rstrip(_MARKS).replace("·", "，").replace("・", "，")
        maker = "，".join(filter(None, (dynasty, author)))
        return f"{name}。{maker}。" if maker else f"{name}。"
    end = "" if title[-1:] in _MARKS else "."
    if not author:
        return f"{title}{end}"
    if own in _BY:
        return f"{title.rstrip(',;:.')}, {_BY[own]} {author.rstrip('.')}."
    return f"{title}{end} {author.rstrip('.')}."


def goodbye(language: str) -> str:
    """What the closing card of a bulletin says."""
    return _CLOSINGS.get(primary(language), "•  •  •")
