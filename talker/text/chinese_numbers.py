"""Chinese words for numbers, on cn2an."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_MAX_DIGITS = 16

DASH = "[-–—−~～〜至到]"
"""Regular expression for what stands between the two ends of a range."""

_MEASURES = (
    "个名人家次天周年岁元块米吨只条张件位种项场部辆架艘台套间座所对双副根支枚颗粒片份册本篇"
    "首句段道门头匹群队组批股款处成倍秒斤克升亩度维者国万亿千架点股栋幢届层步盘杯瓶桶箱包袋"
    "口把节则封具轮波笔尊棵朵滴顿趟回阵番代"
)
MEASURE = (
    rf"(?:[{_MEASURES}]|小时|分钟|公里|千米|厘米|毫米|公斤|平方|立方|"
    "美元|欧元|英镑|日元|个半|刻钟|成半)"
)
"""Regular expression for a word that counts or measures what follows it."""


def cardinal(number: str) -> str:
    """Words for a number such as "1,234.50" or "-3"; 两 before a leading 千, 万 or 亿.

    Leading zeros, and more than 16 digits, are read digit by digit.
    """
    sign, body = ("负", number[1:]) if number[:1] in ("-", "−") else ("", number)
    whole, _, decimals = body.replace(",", "").partition(".")
    if len(whole) > _MAX_DIGITS or (len(whole) > 1 and whole[0] == "0"):
        words = digits(whole)
    else:
        from cn2an import an2cn

        words = re.sub("^二(?=[千万亿])", "两", str(an2cn(whole or "0", "low")))
    return sign + words + (f"点{digits(decimals)}" if decimals else "")


def digits(number: str, *, telephone: bool = False) -> str:
    """The digits one by one, 幺 for 1 in telephone and train numbers; all else is left out."""
    words = "".join(_DIGITS[char] for char in number if char in _DIGITS)
    return words.replace("一", "幺") if telephone else words


def counted(number: str) -> str:
    """A number before a measure word: "两" for "2", else the cardinal."""
    return "两" if number == "2" else cardinal(number)


def model(number: str) -> str:
    """The number of a model: cardinal up to two digits and for round hundreds, else digits."""
    if number[0] == "0" or len(number) > 4 or (len(number) > 2 and not number.endswith("00")):
        return digits(number)
    return cardinal(number)


def scaled(number: str, scale: int) -> str:
    """A number times a power of ten: "1.2" and 10**9 give 十二亿."""
    value = Decimal(number.replace(",", "")) * scale
    if value >= 10**12:
        return cardinal(f"{(value / 10**12).normalize():f}") + "万亿"
    if value >= 10**8 and value % 10**8:
        return cardinal(f"{(value / 10**8).normalize():f}") + "亿"
    if 10**8 > value >= 10**4 and value % 10**4:
        return cardinal(f"{(value / 10**4).normalize():f}") + "万"
    return cardinal(f"{value.normalize():f}")


def to(dash: str) -> str:
    """What is said between the two ends of a range: 到, or 至 where it is written so."""
    return dash if dash in "至到" or not re.fullmatch(DASH, dash) else "到"
