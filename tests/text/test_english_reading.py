"""What is said for English text."""

import pytest

from talker.text.reading import read_text


def said(text: str) -> str:
    tokens = [token for sentence in read_text(text, language="en") for token in sentence.tokens]
    return " ".join(token.spoken for token in tokens if token.kind == "word")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("in 2026", "in twenty twenty-six"),
        ("in 2005", "in two thousand five"),
        ("in 1900", "in nineteen hundred"),
        ("since 1905", "since nineteen oh-five"),
        ("the 1990s", "the nineteen nineties"),
        ("the mid-1980s", "the mid nineteen eighties"),
        ("the '90s", "the nineties"),
        ("1939-1945", "nineteen thirty-nine to nineteen forty-five"),
        ("the 2025-26 season", "the twenty twenty-five to twenty-six season"),
        ("FY2026", "F.Y twenty twenty-six"),
        ("About 1500 soldiers", "About one thousand five hundred soldiers"),
        ("The 2024 elections", "The twenty twenty-four elections"),
        ("born in 1812 there", "born in eighteen twelve there"),
        ("on 2026-11-23", "on November twenty-third twenty twenty-six"),
        ("on 11/23/2026", "on November twenty-third twenty twenty-six"),
        ("on Nov. 23rd", "on November twenty-third"),
        ("on Nov. 3, 2026,", "on November third twenty twenty-six"),
        ("on 23 November", "on the twenty-third of November"),
        ("the 3rd of May", "the third of May"),
        ("Feb. 29", "February twenty-ninth"),
        ("in Sept. 2025", "in September twenty twenty-five"),
        ("Dec. 3-5", "December third to fifth"),
        ("You may 5 go", "You may five go"),
        ("5:30 p.m. today", "five thirty P.M today"),
        ("5pm", "five P.M"),
        ("17:05", "seventeen oh five"),
        ("9:00", "nine o'clock"),
        ("10 a.m.-4 p.m.", "ten A.M to four P.M"),
        ("12:30:45", "twelve thirty and forty-five seconds"),
        ("3.5%", "three point five percent"),
        ("10–20%", "ten to twenty percent"),
        ("0.50%", "zero point five zero percent"),
        ("$1.2 billion", "one point two billion dollars"),
        ("a $1.2 billion deal", "a one point two billion dollar deal"),
        ("$1.2bn", "one point two billion dollars"),
        ("$3.50", "three dollars and fifty cents"),
        ("$0.99", "ninety-nine cents"),
        ("$1", "one dollar"),
        ("$1,234", "one thousand two hundred thirty-four dollars"),
        ("$20-$30 million", "twenty to thirty million dollars"),
        ("£3m", "three million pounds"),
        ("€5.50", "five euros and fifty cents"),
        ("¥300", "three hundred yen"),
        ("HK$20", "twenty Hong Kong dollars"),
        ("5 million USD", "five million U.S dollars"),
        ("-$5", "minus five dollars"),
        ("5 km/h", "five kilometers per hour"),
        ("30°C", "thirty degrees Celsius"),
        ("1 kg", "one kilogram"),
        ("a 12kg box", "a twelve kilogram box"),
        ("3GB", "three gigabytes"),
        ("2.4GHz", "two point four gigahertz"),
        ("5 km²", "five square kilometers"),
        ("6'2\" tall", "six foot two tall"),
        ("555-1234", "five five five one two three four"),
        (
            "(212) 555-1234",
            "two one two five five five one two three four",
        ),
        ("1-800-555-1234", "one eight hundred five five five one two three four"),
        ("call 911", "call nine one one"),
        ("9/11", "nine eleven"),
        ("the 1st and 22nd", "the first and twenty-second"),
        ("21st-century art", "twenty-first century art"),
        ("3-5 days", "three to five days"),
        ("a 5-year-old boy", "a five year-old boy"),
        ("1/2 and 3/4", "one half and three quarters"),
        ("1 1/2 cups", "one and a half cups"),
        ("5½ miles", "five and a half miles"),
        ("won 3-2", "won three to two"),
        ("the score was 3:2", "the score was three to two"),
        ("Henry VIII", "Henry the eighth"),
        ("World War II", "World War two"),
        ("Pope Leo XIV", "Pope Leo the fourteenth"),
        ("Super Bowl LVIII", "Super Bowl fifty-eight"),
        ("Malcolm X", "Malcolm X"),
        ("Elizabeth I was", "Elizabeth I was"),
        (
            "1,234,567.89",
            "one million two hundred thirty-four thousand five hundred sixty-seven "
            "point eight nine",
        ),
        ("-5 and −3.2", "minus five and minus three point two"),
        (".5 points", "point five points"),
        ("007", "zero zero seven"),
        ("v2.0.1", "version two point zero point one"),
        ("192.168.1.1", "one nine two dot one six eight dot one dot one"),
        ("https://www.example.com/news", "W.W.W dot example dot com slash news"),
        ("john.doe@mail.com", "john dot doe at mail dot com"),
        ("Dr. Smith and Mr. Jones", "Doctor Smith and Mister Jones"),
        ("Mrs. Lee vs. Ms. Ray", "Missus Lee versus Miz Ray"),
        ("221 Baker St. in St. Louis", "two twenty-one Baker Street in Saint Louis"),
        ("Acme Inc. of Fla., etc.", "Acme Incorporated of Florida et cetera"),
        ("e.g. this, i.e. that", "for example this that is that"),
        ("No. 5 but no. Stop", "number five but no Stop"),
        ("Gov. Cox, Sen. Ray", "Governor Cox Senator Ray"),
        ("the U.S. and U.K.", "the U.S and U.K"),
        ("NASA and NATO", "NASA and NATO"),
        ("the FBI's GDP", "the F.B.I's G.D.P"),
        ("CEOs met the IAEA", "CEOs met the I.A.E.A"),
        ("BREAKING NEWS: FED RAISES RATES", "BREAKING NEWS FED RAISES RATES"),
        ("AT&T and R&D", "AT and T and R and D"),
        ("C++ & C#", "C plus plus and C sharp"),
        ("#1, #news, @home", "number one hashtag news at home"),
        ("A100 and GPT-4", "A one hundred and G.P.T four"),
        ("F-35s", "F thirty-fives"),
        ("Boeing 737", "Boeing seven thirty-seven"),
        ("COVID-19 and H1N1", "COVID nineteen and H one N one"),
        ("RTX 4090", "R.T.X forty ninety"),
        ("10x", "ten times"),
        ("1600 Pennsylvania Ave.", "sixteen hundred Pennsylvania Avenue"),
        ("pressure of 120/80", "pressure of one hundred twenty over eighty"),
        ("$24/hr", "twenty-four dollars per hour"),
        ("a 1,200-lb. bear", "a one thousand two hundred pound bear"),
        ("c. 1998", "circa nineteen ninety-eight"),
        ("the U.K.'s ICO", "the U.K's I.C.O"),
        ("1200 AD", "twelve hundred A.D"),
        ("Boeing 777-200ER", "Boeing seven seventy-seven two hundred E.R"),
        ("Room 2B", "Room two B"),
        ("¥151.94", "one hundred fifty-one point nine four yen"),
        ("$5,000 — $500/month", "five thousand dollars five hundred dollars per month"),
        ("+5°C", "plus five degrees Celsius"),
        ("Pres. Lincoln in WWI", "President Lincoln in World War one"),
        ("the 4x100m relay", "the four by one hundred meters relay"),
        ("30 bps", "thirty basis points"),
        ("500K users", "five hundred thousand users"),
        ("401(k)", "four oh one k"),
        ("don’t", "don't"),
        ("2 + 2 = 4", "two plus two equals four"),
        ("你好 in 2026年", "你 好 in 二零二六年"),
    ],
)
def test_english_is_said_as_a_newsreader_says_it(written: str, spoken: str):
    assert said(written) == spoken


def test_letter_a_is_not_taken_for_the_article():
    tokens = [
        t for s in read_text("A man got vitamin A and an A100.", language="en") for t in s.tokens
    ]
    letters = [token.pronunciation for token in tokens if token.spoken.lower() == "a"]
    assert letters == [None, "ˈeɪ", "ˈeɪ"]


def test_source_of_a_number_is_kept_whole():
    tokens = next(read_text("It cost $1.2 billion on Nov. 3.", language="en")).tokens
    assert [token.source for token in tokens] == ["It", "cost", "$1.2 billion", "on", "Nov. 3", "."]
