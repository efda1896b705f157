"""The corpus is answered as the reference answers it, however fields are filled and whatever they give."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graphql import validate

from tests.execution.corpus import CORPUS, Document
from tests.execution.reference import differences
from tests.execution.sources import Fate
from tests.execution.world import VARIATIONS, reference_schema

FATES = (0, 4, 12, 40)
"""The chances of trouble that each document meets."""


def test_the_corpus_is_valid_and_of_every_section() -> None:
    for document in CORPUS.values():
        assert validate(reference_schema(), document.case(Fate()).document) == [], document.name
    assert {name.partition("-")[0] for name in CORPUS} == {
        "6.1", "6.1.2", "6.2", "6.3", "6.4.1", "6.4.2", "6.4.3", "6.4.4"
    }  # fmt: skip


@pytest.mark.parametrize("document", CORPUS.values(), ids=CORPUS)
async def test_a_document_of_the_corpus(document: Document) -> None:
    for variation in range(VARIATIONS):
        fates = [Fate(seed, FATES[(variation + 2 * seed) % len(FATES)]) for seed in range(2)]
        case = document.case(fates[0])
        assert await differences(variation, case, replace(case, fate=fates[1])) == "", f"variation {variation}"
