"""The glossary is whole, in two languages, and leads somewhere; the cheat sheet is not stale."""

import ast
import functools
import inspect
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

import optimlib
from optimlib import layers, lowrank, optimizers, regularization, schedules, second_order, since_adam

BOOK = Path(__file__).parents[2] / "book"
GLOSSARY = (BOOK / "glossary.md").read_text("utf-8")
SHEET = (BOOK / "cheat-sheet.md").read_text("utf-8")
KOREAN = re.compile(r"\[([^\]]*)\]\{\.language-ko\}")  # which becomes lang="ko"
HANGUL = re.compile("[\uac00-\ud7a3]")

# What the lecture notes name, and their Korean word where they have one.
OF_THE_NOTES = {
    "Adam": "",
    "AdaGrad": "",
    "analytic gradient": "",
    "batch": "배치",
    "batch normalization": "배치",
    "beta": "",
    "BFGS": "근사치",
    "bias correction": "편향",
    "classifier": "분류기",
    "complexity": "복잡도",
    "convergence": "수렴",
    "convex function": "볼록함수",
    "cosine decay": "",
    "decay rate": "",
    "derivative": "도함수",
    "differentiation": "미분",
    "dimension reduction": "차원 축소",
    "dropout": "",
    "epoch": "",
    "feature": "",
    "feature selection": "선택",
    "first moment": "",
    "first-order method": "1차",
    "fractional pooling": "",
    "full batch": "전체 데이터셋",
    "generalization": "일반",
    "global minimum": "최솟값",
    "gradient": "경사도",
    "gradient check": "디버깅툴",
    "gradient descent": "경사하강법",
    "gradient noise": "",
    "Hessian": "헤세 행렬",
    "hidden layer": "",
    "hyperparameter": "하이퍼 파라미터",
    "image compression": "이미지 압축",
    "initial value": "초기값",
    "inverse-square-root decay": "",
    "iteration": "반복",
    "L-BFGS": "메모리",
    "L1 regularization": "규제",
    "L2 regularization": "규제",
    "learning rate": "학습률",
    "learning-rate decay": "",
    "linear decay": "",
    "local minimum": "",
    "look-ahead point": "미래의 위치",
    "loss": "",
    "loss curve": "",
    "loss function": "손실함수",
    "low-rank approximation": "",
    "matrix decomposition": "행렬분해",
    "mean": "평균",
    "memory": "메모리",
    "minibatch": "미니 배치",
    "minimum": "최솟값",
    "model": "모델",
    "momentum": "관성",
    "multivariable function": "다변수",
    "negative gradient": "",
    "Nesterov momentum": "",
    "neural network": "신경망",
    "Newton step": "",
    "numerical gradient": "",
    "optimization": "최적",
    "optimizer": "",
    "overfitting": "과적합",
    "parallel processing": "병렬 처리",
    "parameter": "파라미터",
    "partial derivative": "편도함수",
    "penalty": "규제항",
    "polynomial": "다항함수",
    "poor conditioning": "",
    "rank": "계수",
    "regularization": "규제",
    "rho": "",
    "RMSProp": "",
    "saddle point": "",
    "second moment": "",
    "second-order method": "2차",
    "SGD": "확률적 경사하강법",
    "singular value decomposition": "특이값 분해",
    "sparsity": "",
    "squared gradient": "",
    "step decay": "",
    "step size": "",
    "stochastic depth": "",
    "stochastic gradient descent": "확률적 경사하강법",
    "stochasticity": "",
    "Taylor approximation": "테일러 근사",
    "test set": "",
    "training": "학습",
    "training set": "",
    "unbiased estimate": "추정치",
    "unit": "유닛",
    "update rule": "갱신",
    "variance": "분산",
    "vector": "벡터",
    "velocity": "",
    "weight": "가중치",
}


@dataclass
class Entry:
    """One entry of the glossary: its English names, its Korean ones, and what is said of it."""

    letter: str
    names: list
    korean: list
    text: str


def _entries():
    for letter, block in re.findall(r"## (\w)\n+```\{glossary\}\n:sorted:\n(.*?)\n```", GLOSSARY, re.DOTALL):
        for entry in re.split(r"\n{2,}", block.strip()):
            lines = entry.splitlines()
            terms = [line for line in lines if not line.startswith(" ")]
            korean = [match[1] for match in map(KOREAN.fullmatch, terms) if match]
            names = [term for term in terms if not KOREAN.fullmatch(term)]
            yield Entry(letter, names, korean, "\n".join(lines[len(terms) :]))


ENTRIES = list(_entries())


@functools.cache
def anchors(notebook):
    """The addresses of a notebook's headings, as MyST makes them."""
    cells = [
        cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "markdown"
    ]
    titles = re.findall(r"^#+ +(.+?) *$", "\n".join(cells), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(links):
    """Those links to chapters whose file or heading does not exist."""
    faults = set()
    for file, anchor in links:
        there = (BOOK / file).exists()
        if not there or (anchor and anchor not in anchors(BOOK / file)):
            faults.add(f"{file}#{anchor}" if anchor else file)
    return sorted(faults)


def links(text):
    return re.findall(r"\]\((\.\./chapters/[\w-]+\.ipynb)#?([\w-]*)\)", text)


def test_each_entry_has_both_languages_and_a_definition():
    assert len(ENTRIES) >= 90
    for entry in ENTRIES:
        assert entry.names and entry.korean, entry
        assert all(HANGUL.search(word) for word in entry.korean), entry
        assert len(entry.text.split()) >= 8, entry


def test_every_korean_word_says_that_it_is_korean():
    assert not HANGUL.search(KOREAN.sub("", GLOSSARY))


def test_each_entry_leads_to_the_chapter_that_teaches_it():
    assert [entry.names for entry in ENTRIES if len(links(entry.text)) != 1] == []
    assert broken(links(GLOSSARY)) == []


def test_no_name_twice_in_either_language():
    names = Counter(name.casefold() for entry in ENTRIES for name in entry.names + entry.korean)
    assert [name for name, count in names.items() if count > 1] == []


def test_entries_stand_under_their_letter_and_the_letters_lead_there():
    headings = re.findall(r"^## (.+)$", GLOSSARY, re.MULTILINE)
    assert headings == sorted({entry.letter for entry in ENTRIES})
    assert re.findall(r"\[(\w)\]\(#(\w)\)", GLOSSARY) == [(letter, letter.lower()) for letter in headings]
    assert [entry.names for entry in ENTRIES if entry.names[0][0].upper() != entry.letter] == []


@pytest.mark.parametrize("name", OF_THE_NOTES)
def test_nothing_of_the_notes_is_missing(name):
    (entry,) = [entry for entry in ENTRIES if name in entry.names]
    words = entry.korean + KOREAN.findall(entry.text)
    assert any(OF_THE_NOTES[name] in word for word in words)


def stated():
    """{function: how the cheat sheet calls it} for every call in it."""
    calls = {}
    for code in re.findall(r"`(\w+\(.*?\))`", SHEET):
        call = ast.parse(code, mode="eval").body
        calls.setdefault(call.func.id, call)
    return calls


def exported(module):
    functions = inspect.getmembers(module, inspect.isfunction)
    own = f"{module.__name__}."
    return {name for name, f in functions if f"{f.__module__}.".startswith(own)} & set(optimlib.__all__)


def test_the_cheat_sheet_names_every_method_schedule_and_regularizer():
    needed = exported(optimizers) | exported(schedules) | exported(second_order) | exported(lowrank)
    needed |= exported(since_adam)
    needed |= {name for name in exported(regularization) if name.startswith("fit_")}
    needed |= exported(layers) - {"batch_statistics", "fractional_edges"}  # parts of other two
    needed |= {"soft_threshold", "numerical_gradient", "check_gradient"}
    assert needed - set(stated()) == set()


@pytest.mark.parametrize("name", stated())
def test_the_cheat_sheet_calls_functions_as_they_are(name):
    call, parameters = stated()[name], inspect.signature(getattr(optimlib, name)).parameters.values()
    assert [ast.unparse(arg) for arg in call.args] == [p.name for p in parameters if p.default is p.empty]
    defaults = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert defaults == {p.name: p.default for p in parameters if p.default is not p.empty}


def test_the_cheat_sheet_leads_to_chapters():
    assert broken(links(SHEET)) == []
