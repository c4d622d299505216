"""Units and currencies, with their names in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,12}(?!\d)|\d{1,40})(?:\.\d{1,40})?"
"""Regular expression for a number with its thousands separators and decimals."""


class Currency(NamedTuple):
    """What a currency is called; `cent` is empty where its hundredths are said as decimals."""

    one: str
    many: str
    cent: str
    cents: str
    chinese: str


class Unit(NamedTuple):
    """What a unit is called; `chinese` is empty where Chinese says the letters."""

    one: str
    many: str
    chinese: str = ""


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of some literal words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _dollar(country: str, chinese: str) -> Currency:
    return Currency(
        f"{country} dollar".strip(), f"{country} dollars".strip(), "cent", "cents", chinese
    )


_YUAN = Currency("yuan", "yuan", "", "", "元")
_EURO = Currency("euro", "euros", "cent", "cents", "欧元")
_POUND = Currency("pound", "pounds", "penny", "pence", "英镑")
_YEN = Currency("yen", "yen", "", "", "日元")

CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {
        "$": _dollar("", "美元"),
        "US$": _dollar("U.S", "美元"),
        "USD": _dollar("U.S", "美元"),
        "HK$": _dollar("Hong Kong", "港元"),
        "HKD": _dollar("Hong Kong", "港元"),
        "NT$": _dollar("New Taiwan", "新台币"),
        "A$": _dollar("Australian", "澳元"),
        "AU$": _dollar("Australian", "澳元"),
        "AUD": _dollar("Australian", "澳元"),
        "C$": _dollar("Canadian", "加元"),
        "CA$": _dollar("Canadian", "加元"),
        "CAD": _dollar("Canadian", "加元"),
        "S$": _dollar("Singapore", "新加坡元"),
        "NZ$": _dollar("New Zealand", "新西兰元"),
        "€": _EURO,
        "EUR": _EURO,
        "£": _POUND,
        "GBP": _POUND,
        "¥": _YEN,
        "JPY": _YEN,
        "JP¥": _YEN,
        "CN¥": _YUAN,
        "RMB": _YUAN,
        "CNY": _YUAN,
        "₹": Currency("rupee", "rupees", "", "", "卢比"),
        "₩": Currency("won", "won", "", "", "韩元"),
        "₽": Currency("ruble", "rubles", "", "", "卢布"),
        "₿": Currency("bitcoin", "bitcoins", "", "", "比特币"),
        "₫": Currency("dong", "dong", "", "", "越南盾"),
        "₺": Currency("lira", "liras", "", "", "里拉"),
        "₱": Currency("peso", "pesos", "", "", "比索"),
        "฿": Currency("baht", "baht", "", "", "泰铢"),
        "CHF": Currency("Swiss franc", "Swiss francs", "centime", "centimes", "瑞士法郎"),
    }
)

CURRENCY = any_of(CURRENCIES)
"""Regular expression for a currency sign or code."""

SCALES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "thousand": ("thousand", 10**3),
        "million": ("million", 10**6),
        "billion": ("billion", 10**9),
        "trillion": ("trillion", 10**12),
        "mln": ("million", 10**6),
        "bln": ("billion", 10**9),
        "mn": ("million", 10**6),
        "bn": ("billion", 10**9),
        "tn": ("trillion", 10**12),
        "k": ("thousand", 10**3),
        "K": ("thousand", 10**3),
        "m": ("million", 10**6),
        "M": ("million", 10**6),
        "b": ("billion", 10**9),
        "B": ("billion", 10**9),
        "T": ("trillion", 10**12),
    }
)
"""English words and letters that multiply the amount before them."""

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "km/h": Unit("kilometer per hour", "kilometers per hour", "公里每小时"),
        "kmh": Unit("kilometer per hour", "kilometers per hour", "公里每小时"),
        "kph": Unit("kilometer per hour", "kilometers per hour", "公里每小时"),
        "m/s": Unit("meter per second", "meters per second", "米每秒"),
        "mph": Unit("mile per hour", "miles per hour", "英里每小时"),
        "km²": Unit("square kilometer", "square kilometers", "平方公里"),
        "km2": Unit("square kilometer", "square kilometers", "平方公里"),
        "sq km": Unit("square kilometer", "square kilometers", "平方公里"),
        "sq ft": Unit("square foot", "square feet", "平方英尺"),
        "m²": Unit("square meter", "square meters", "平方米"),
        "m2": Unit("square meter", "square meters", "平方米"),
        "m³": Unit("cubic meter", "cubic meters", "立方米"),
        "m3": Unit("cubic meter", "cubic meters", "立方米"),
        "μg/m³": Unit("microgram per cubic meter", "micrograms per cubic meter", "微克每立方米"),
        "㎡": Unit("square meter", "square meters", "平方米"),
        "㎥": Unit("cubic meter", "cubic meters", "立方米"),
        "㎞": Unit("kilometer", "kilometers", "公里"),
        "㎝": Unit("centimeter", "centimeters", "厘米"),
        "㎜": Unit("millimeter", "millimeters", "毫米"),
        "㎏": Unit("kilogram", "kilograms", "公斤"),
        "㎎": Unit("milligram", "milligrams", "毫克"),
        "μg/m3": Unit("microgram per cubic meter", "micrograms per cubic meter", "微克每立方米"),
        "km": Unit("kilometer", "kilometers", "公里"),
        "m": Unit("meter", "meters", "米"),
        "cm": Unit("centimeter", "centimeters", "厘米"),
        "mm": Unit("millimeter", "millimeters", "毫米"),
        "μm": Unit("micrometer", "micrometers", "微米"),
        "nm": Unit("nanometer", "nanometers", "纳米"),
        "mi": Unit("mile", "miles", "英里"),
        "ft": Unit("foot", "feet", "英尺"),
        "yd": Unit("yard", "yards", "码"),
        "kg": Unit("kilogram", "kilograms", "公斤"),
        "g": Unit("gram", "grams", "克"),
        "mg": Unit("milligram", "milligrams", "毫克"),
        "μg": Unit("microgram", "micrograms", "微克"),
        "lb": Unit("pound", "pounds", "磅"),
        "lbs": Unit("pound", "pounds", "磅"),
        "oz": Unit("ounce", "ounces", "盎司"),
        "L": Unit("liter", "liters", "升"),
        "mL": Unit("milliliter", "milliliters", "毫升"),
        "ml": Unit("milliliter", "milliliters", "毫升"),
        "°C": Unit("degree Celsius", "degrees Celsius", "摄氏度"),
        "℃": Unit("degree Celsius", "degrees Celsius", "摄氏度"),
        "°F": Unit("degree Fahrenheit", "degrees Fahrenheit", "华氏度"),
        "℉": Unit("degree Fahrenheit", "degrees Fahrenheit", "华氏度"),
        "°": Unit("degree", "degrees", "度"),
        "%": Unit("percent", "percent", ""),
        "‰": Unit("per mille", "per mille", ""),
        "Hz": Unit("hertz", "hertz", "赫兹"),
        "kHz": Unit("kilohertz", "kilohertz", "千赫兹"),
        "MHz": Unit("megahertz", "megahertz", "兆赫兹"),
        "GHz": Unit("gigahertz", "gigahertz", "吉赫兹"),
        "W": Unit("watt", "watts", "瓦"),
        "kW": Unit("kilowatt", "kilowatts", "千瓦"),
        "MW": Unit("megawatt", "megawatts", "兆瓦"),
        "GW": Unit("gigawatt", "gigawatts", "吉瓦"),
        "kWh": Unit("kilowatt hour", "kilowatt hours", "千瓦时"),
        "MWh": Unit("megawatt hour", "megawatt hours", "兆瓦时"),
        "GWh": Unit("gigawatt hour", "gigawatt hours", "吉瓦时"),
        "V": Unit("volt", "volts", "伏"),
        "mAh": Unit("milliamp hour", "milliamp hours", "毫安时"),
        "dB": Unit("decibel", "decibels", "分贝"),
        "kcal": Unit("kilocalorie", "kilocalories", "千卡"),
        "ha": Unit("hectare", "hectares", "公顷"),
        "hPa": Unit("hectopascal", "hectopascals", "百帕"),
        "bps": Unit("basis point", "basis points", "个基点"),
        "bp": Unit("basis point", "basis points", "个基点"),
        "ms": Unit("millisecond", "milliseconds", "毫秒"),
        "s": Unit("second", "seconds", "秒"),
        "sec": Unit("second", "seconds", "秒"),
        "min": Unit("minute", "minutes", "分钟"),
        "h": Unit("hour", "hours", "小时"),
        "yr": Unit("year", "years", "年"),
        "yrs": Unit("year", "years", "年"),
        "hr": Unit("hour", "hours", "小时"),
        "hrs": Unit("hour", "hours", "小时"),
        "KB": Unit("kilobyte", "kilobytes"),
        "MB": Unit("megabyte", "megabytes"),
        "GB": Unit("gigabyte", "gigabytes"),
        "TB": Unit("terabyte", "terabytes"),
        "PB": Unit("petabyte", "petabytes"),
        "Kbps": Unit("kilobit per second", "kilobits per second"),
        "Mbps": Unit("megabit per second", "megabits per second"),
        "Gbps": Unit("gigabit per second", "gigabits per second"),
        "GB/s": Unit("gigabyte per second", "gigabytes per second"),
        "MB/s": Unit("megabyte per second", "megabytes per second"),
        "fps": Unit("frame per second", "frames per second"),
        "rpm": Unit("revolution per minute", "revolutions per minute"),
        "bpm": Unit("beat per minute", "beats per minute"),
        "ppm": Unit("part per million", "parts per million"),
    }
)

UNIT = any_of(UNITS)
"""Regular expression for the sign of a unit."""
