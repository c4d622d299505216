"""Whatever the text, every letter and digit of it is said and kept."""

import random
import re

import pytest

from talker.text.reading import read_text
from talker.text.sentence import Token

CHINESE_NEWS = """新华社北京2026年11月23日电（记者 李明）国家统计局23日发布的数据显示，前三季度GDP同比增长5.2%，
其中第三季度增长4.9%；CPI上涨0.3%，PPI下降2.5%。NVIDIA公司的H200、B200和A100芯片出货量达120万片，售价约$3.5万。
OpenAI的GPT-4o与DeepSeek-V3在MMLU上得分88.7%和88.5%。iPhone 17 Pro Max起售价¥9,999，128GB版本降价15%~20%。
联系电话：010-6307-1234，手机13800138000，邮箱news@xinhua.cn，网址https://www.xinhua.cn/2026-11/23/c_1.htm。
北京时间20:30，中国女排以3:1（25-20、23-25、25-18、25-22）战胜美国队。气温-5℃~8℃，风速3.4m/s，PM2.5浓度35μg/m³。
5G-A、Wi-Fi 7、USB4、C919、歼-20、H1N1、COVID-19、2/3的用户、1:500比例尺、第20届、No.1、NBA 2K26、7-11便利店、Q3、X光、KTV。"""

ENGLISH_NEWS = """WASHINGTON (AP) — The U.S. economy grew at a 2.8% annual rate in Q3 2026, the Commerce Dept. said
on Oct. 30, 2026, beating the 2.5%-2.6% forecast. Nvidia's market cap hit $4.5 trillion; its H100/H200 GPUs cost $30,000-$40,000.
Sen. J.D. O'Hara (R-Tex.) told CNN's 9:30 p.m. show: "It's a 50-50 chance." The S&P 500 rose 1.1% to 6,120.55; the 10-yr yield
was 4.25%. Flight BA2490 left at 07:05 GMT w/ 183 aboard, 3 of 5 injured. No. 2 Alcaraz won 6-4, 7-6 (7-5). Call +1 (202) 555-0143
or e-mail tips@ap.org; see https://apnews.com/hub/u.s.-economy?x=1&y=2. Temps hit 104°F (40°C); winds of 75mph. 1st-quarter EPS: $1.05.
The 1,200-lb. bear, born c. 1998, ate 3½ lbs of fish @ $5.99/lb. St. Paul's 5th Ave. shop; 2x4s, 4x100m relay, 20/20 vision, AC/DC."""

LATIN_OR_DIGITS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏＡ-Ｚａ-ｚ]+|[0-9０-９]+")
HAN = re.compile("[一-鿿]")
PIECES = [
    *"2026年 3.5% $1.2 A100 GPT-4 -5℃ 1/2 3:2 17:05 10~20% 138-1234-5678 v2.0 第3 2个 11月23日 e.g. U.S. Dr. No. "
    "St. p.m. Nov. 3rd 1990s '90s 6'2\" C++ AT&T R&D x² ½ ① Ⅷ ㎏ ㎡ ™ © 😀 1️⃣ \u200b “ ” （ ） 《 》 【 】 — – - -- … ... . , 、 ： "
    ": ; ? ！ / \\ _ ~ @ # & * + = < > ^ | ` % ° § ¥ € £ the Henry VIII World II FBI NASA iPhone 中国 新闻 和 在 "
    "http://a.b/c a@b.cn １２３ ＡＢ café naïve l’eau été Привет こんにちは 한국 α μm 5 100 2000 20000 1,234.5 007 .5 1.2.3 "
    "9/11 24/7 5G 4K 3GB km/h kg m s ( ) [ ] { } \u0301 \u202e \x07 \ufe0f K M B T A I V X".split(),
    " ",
    "\n",
    "\t",
    "\u3000",
]


def tokens_of(text: str, language: str | None = None) -> list[Token]:
    return [token for sentence in read_text(text, language=language) for token in sentence.tokens]


def visible(text: str) -> str:
    return re.sub(r"[\s\u200b\u202e\x07]", "", text)


def check(text: str, language: str | None) -> None:
    tokens = tokens_of(text, language)
    assert "".join(visible(token.source) for token in tokens) == visible(text)
    for token in tokens:
        if LATIN_OR_DIGITS.search(token.source) or HAN.search(token.source):
            assert token.kind == "word", token
            assert token.spoken, token
        if token.kind == "punctuation":
            assert token.spoken in ("", ".", ",", "?", "!", ";", ":"), token
        if token.language in ("zh", "en"):
            assert not re.search(r"[0-9%$€£¥&@#=<>°]", token.spoken), token


@pytest.mark.parametrize(
    ("text", "language"), [(CHINESE_NEWS, "zh"), (ENGLISH_NEWS, "en"), (CHINESE_NEWS, None)]
)
def test_every_number_and_word_of_the_news_is_said(text: str, language: str | None):
    check(text, language)


@pytest.mark.parametrize("language", ["zh", "en", None])
def test_every_number_and_word_of_any_mixture_is_said(language: str | None):
    chance = random.Random(11)
    for _ in range(600):
        pieces = [chance.choice(PIECES) + chance.choice(["", "", " "]) for _ in range(14)]
        text = re.sub("[\u0301\ufe0f]", "", "".join(pieces)) + "end"
        check(text, language)


@pytest.mark.parametrize("text", [CHINESE_NEWS, ENGLISH_NEWS])
def test_no_number_is_cut_by_a_sentence_end(text: str):
    for sentence in read_text(text):
        assert sentence.source.count("“") >= 0
        assert not re.search(r"\d[.,:]$", sentence.source) or sentence.source.endswith((".",))
        joined = "".join(token.source for token in sentence.tokens)
        assert visible(joined) == visible(sentence.source)


def test_spaces_of_the_source_come_back():
    for sentence in read_text(ENGLISH_NEWS):
        parts = [token.source + " " * token.space_after for token in sentence.tokens]
        assert "".join(parts).strip() == re.sub(r"\s+", " ", sentence.source)


def test_same_text_is_read_the_same_twice():
    assert tokens_of(CHINESE_NEWS) == tokens_of(CHINESE_NEWS)


def test_a_long_text_takes_time_in_proportion():
    words = sum(len(s.tokens) for s in read_text(ENGLISH_NEWS * 40, language="en"))
    assert words == 40 * len(tokens_of(ENGLISH_NEWS, "en"))
