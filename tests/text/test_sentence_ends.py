"""Sentence ends in several languages; `|` in a case stands where a sentence ends."""

# ruff: noqa: RUF001
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.text.sentence_ends import block_language, sentence_spans

CASES = """
As Fig. 3 of Smith et al. shows. |Yes.
See No. 5 for more. |Next.
The U.S. economy grew. |It did.
He lives in the U.S. |She left.
Apple Inc. rose. |Next.
It is 3.5 percent. |Yes.
We use two, e.g. this and i.e. that. |Done.
He said "Stop." |Then he left.
“It works.” |She smiled.
It works (see above). |Then it fails.
It works. |(See below.) |Then it fails.
Wait... |What? |Yes.
As shown [3]. |Next one.
As shown.[3] |Next one.
Dr. Smith came. |Mr. Jones left.
Visit https://a.com/b.html. |Then go.
See cf. Sec. 2 and Eq. 5. |Done.
It is in Vol. 3, pp. 5-7. |Done.
It weighs approx. 5 kg vs. 6 kg. |Ok.
J. K. Rowling wrote it. |Yes.
We met at 5 p.m. |He left.
Is it so?! |Yes.
We refer to Refs. 5 and 6. |Fine.
Table 3.1 shows results. |The rest follows.
The value is 5. |The next is 6.
It happened on Jan. 5, 2020. |Ok.
Figs. 2 and 3 show it. |App. A has more.
This follows Touvron et al. (2023) and others. |It works.
Model A vs. Model B is compared. |B wins.
What is X? |Y is Z.
Ph.D. students work. |They sleep.
St. Louis is nice. |It rains.
The fiscal year ended Jan. 28. |We grew.
See the Company’s Form 10-K. |The rest is here.
They sell cars, trucks, etc. |The firm grew.
They sell cars, trucks, etc. and boats. |The firm grew.
"Why?" she asked. |He left.
“Stop!” he said. |Then he left.
It was late ... and dark. |He slept.
Revenue rose to $3.5 billion. |Costs fell by 2.1%.
Version 2.0.1 is out. |Install it.
The model (Sec. 3.2) works. |We show it.
We thank Prof. Miller. |He helped.
Gov. Brown spoke. |Sen. White listened.
It costs $5. |That is cheap.
See Eqs. (3) and (4). |They hold.
By Thm. 2 we have it. |This ends the proof.
Smith et al. propose it. |We do not.
As in Smith et al. |The rest is new.
1. First item is here.
The U.K. and the U.S. signed. |Both agreed.
Mrs. Jones and Ms. Lee came. |They sat.
Is 5 > 3? |Yes!
He won 3-2. |She lost.
It is in Ch. 5. |Read it.
The app. |It works.
NVIDIA Corp. and Intel Corp. grew. |AMD fell.
Acme Ltd. is small. |It grows.
The answer (5.) is right.
We ran it for 5 sec. |The result is fine.
'It works.' |She smiled.
[It works.] |She smiled.
The cat sat. |the dog ran.
Mail a.b@c.com now. |Thanks.
See www.example.com. |Then go.
It is 5 ft. 3 in. tall. |Yes.
Is that all?” |“Yes.”
In Washington, D.C. the crowd grew. |It left.
He has a B.A. in math. |She has none.
Am 3. Oktober kam Dr. Müller und ging. |Er war nicht da.
Das gilt z. B. für die Hunde und d. h. alle. |Das ist so.
Das war im 19. Jahrhundert so. |Danach ist es nicht mehr so.
Vgl. dazu Abb. 3 und die Nr. 5 im Text. |Das ist gut.
Am 1. März und am 2. Januar ist die Messe. |Sie ist groß.
¿Qué es lo que hay? |¡No lo sé! |El Sr. Pérez vino con la niña. |Bien.
M. Dupont est venu avec les enfants. |Il part dans une heure.
文章很长。|这是第二句！|还有吗？
他说：“你好。”|然后走了。
これは文です。|次の文です！|本当？
「はい。」と言った。|次です。
هذه جملة. |هل هذا سؤال؟ |نعم!
यह एक वाक्य है। |यह दूसरा है। |क्या?
Это первое предложение. |Это второе.
"""
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ODD = st.lists(
    st.sampled_from(
        ["Yes.", "Fig.", "(a)", "[3]", " ", " ", "\n", "\r\n", '"', "”", "…", "文。", "١؟", FAMILY, "\ud800"]
    )
)


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("case", CASES.strip().split("\n"))
def test_hand_made_cases(case):
    assert sentences(case.replace("|", "")) == [part.strip() for part in case.split("|")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        (" One.\r\nTwo. ", ["One.", "Two."]),
        (f"{FAMILY} is here. It \ud800 stays. Yes.", [f"{FAMILY} is here.", "It \ud800 stays.", "Yes."]),
        ("• First part. Second part.", ["• First part.", "Second part."]),
        ("{'a': 'One thing. Another thing.'} [More. Still more.]", None),
        ("He stayed (as Miller et al. Say so. And more) there. He left.", None),
    ],
)
def test_odd_texts(text, expected):
    found = sentences(text)
    assert found == expected if expected is not None else len(found) > 1
    assert all(part == part.strip() for part in found)


@given(ODD.map("".join) | st.text(max_size=200))
def test_sentences_leave_out_only_white_space(text):
    spans, reached = sentence_spans(text), 0
    for start, end in [*spans, (len(text), len(text))]:
        assert not text[reached:start].strip()
        assert start >= reached
        reached = end


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("12 34", "en"),
        ("LSTM BERT", "en"),
        ("Revenue die down 3 %.", "en"),
        ("Der Umsatz ist nicht gestiegen.", "de"),
        ("Le chiffre des ventes est en hausse dans la France.", "fr"),
        ("Las ventas del año y los costes.", "es"),
        ("As vendas da empresa não foram para os bancos.", "pt"),
        ("Il conto della società è nel bilancio.", "it"),
        ("Het bedrijf en de winst van dat jaar.", "nl"),
        ("これは本です。漢字もある。", "ja"),
        ("漢字只有漢字。", "zh"),
        ("The word 漢字 is in an English sentence of ours.", "en"),
        ("هذه جملة.", "ar"),
        ("यह एक वाक्य है।", "hi"),
        ("Это предложение.", "ru"),
    ],
)
def test_the_language_of_a_block(text, language):
    assert block_language(text) == language


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "part", ["这是第二句！", "Here is one. ", "no end ", '"', "( a ", "。", "1. ", "x", "He said (so. "]
)
def test_a_long_block_takes_linear_time(part):
    """Reading 300,000 Chinese characters at once takes sentencex minutes."""

    def seconds(count):
        started = time.process_time()
        sentence_spans(part * count)
        return time.process_time() - started

    seconds(100)
    assert seconds(300_000 // len(part)) < 20


def test_a_long_block_is_cut_like_a_short_one():
    text = "这是第二句！" * 4_000
    assert sentences(text) == ["这是第二句！"] * 4_000
    assert sentences("Here is one sentence. " * 2_000) == ["Here is one sentence."] * 2_000
