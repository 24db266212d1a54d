"""The comparison reads the public sets as published, shares nothing between learning and asking, and counts rightly."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from bench.intents import sets
from bench.intents.__main__ import main
from bench.intents.measuring import auroc, figures, practice, threshold, together
from bench.intents.picture import picture
from bench.intents.rasa_ways import NOT_ABOUT_INTENTS, ours
from bench.intents.sets import OUTSIDE, Said

HWU_HEAD = "fold,answerid,scenario,intent,utterance,annotated\n"
HINT_HEAD = "sentence,label\n"


@pytest.fixture
def folder(tmp_path):
    """The three sets in small, invented, in their authors' formats."""
    clinc = {"train": [["book me a table", "restaurant"], ["Who Are You", "name"]], "test": [["a table", "restaurant"],
             ["who are  you", "name"]], "oos_test": [["how tall is that tower", "oos"]]}  # fmt: skip
    hwu = [f"{fold},{fold}{n},alarm,{intent},{intent} an alarm {fold} {n},x"
           for fold in range(1, 11) for n in range(3) for intent in ("set", "remove")]  # fmt: skip
    files = {
        "clinc150/data_full.json": json.dumps(clinc),
        "hwu64/hwu64_10folds.csv": HWU_HEAD + "\n".join(hwu),
        "hint3/dataset/v1/train/curekart_train.csv": HINT_HEAD + "where is my order,ORDER_STATUS\n",
        "hint3/dataset/v1/test/curekart_test.csv": HINT_HEAD + "order??,ORDER_STATUS\nhy,NO_NODES_DETECTED\n",
        "hint3/published/rasa_curekart.csv": "sentence,label,predicted_node,predicted_node_score\n"
        "order??,ORDER_STATUS,ORDER_STATUS,0.9\nhy,NO_NODES_DETECTED,ORDER_STATUS,0.4\n",
        "hint3/published/rasa_curekart_subset.csv": "sentence,label,predicted_node,predicted_node_score\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_asked_is_never_among_what_is_learnt_whatever_its_capitals(folder):
    pair = sets.clinc150(folder)
    assert [one.text for one in pair.train] == ["book me a table"]
    assert pair.test[-1] == Said("how tall is that tower", OUTSIDE)


def test_one_fold_is_asked_and_the_others_are_learnt_from(folder):
    pair = sets.hwu64(folder, 4)
    assert {one.text.split()[-2] for one in pair.test} == {"4"}
    assert len(pair.train) == 54 and {one.intent for one in pair.train} == {"alarm_set", "alarm_remove"}


def test_a_draw_has_so_many_of_each_intent_and_comes_again_for_its_seed(folder):
    train = sets.hwu64(folder, 1).train
    drawn = sets.few(train, 5, seed=3)
    assert sorted(one.intent for one in drawn) == ["alarm_remove"] * 5 + ["alarm_set"] * 5
    assert drawn == sets.few(list(reversed(train)), 5, seed=3) != sets.few(train, 5, seed=4)


def test_real_messages_stand_beside_what_was_published_of_them(folder):
    assert sets.hint3(folder, "curekart").test[1] == Said("hy", OUTSIDE)
    assert sets.published(folder, "curekart")["rasa"][0] == (Said("order??", "ORDER_STATUS"), "ORDER_STATUS", 0.9)
    assert list(sets.published(folder, "curekart")) == ["rasa"], "another bot's file, or the subset's, was taken in"


def test_a_missing_set_is_named_with_its_source(tmp_path, capsys):
    assert main([str(tmp_path), "--out", str(tmp_path / "intents.json")]) == 1
    assert "https://github.com/clinc/oos-eval" in capsys.readouterr().err


def test_a_threshold_is_chosen_from_training_examples_alone():
    train = [Said(f"{intent} {n}", intent) for intent in "abcdefghij" for n in range(5)]
    part = practice(train, seed=1)
    assert sorted([*part.train, *part.inside, *part.outside], key=str) == sorted(train, key=str)
    hidden = {one.intent for one in part.outside}
    assert len(hidden) == 2 and not hidden & {one.intent for one in [*part.train, *part.inside]}
    assert {one.intent for one in part.inside} == {one.intent for one in part.train}
    assert threshold([0.9, 0.8, 0.4], [0.3, 0.5, 0.1]) in (0.4, 0.8)
    assert threshold([0.9, 0.8], [0.3, 0.5]) == 0.8


def test_turning_away_costs_what_it_turns_away_wrongly():
    said = [Said("1", "a"), Said("2", "a"), Said("3", "b"), Said("4", "b"), Said("5", OUTSIDE), Said("6", OUTSIDE)]
    answers = [("a", 0.9), ("a", 0.2), ("a", 0.8), ("b", 0.7), ("b", 0.3), ("a", 0.75)]
    found = figures(said, answers, mark=0.5, seconds=1.0, ms=2.0)
    assert (found.accuracy, found.accuracy_kept, found.outside_found) == (0.75, 0.5, 0.5)
    assert found.auroc == pytest.approx(5 / 8)
    assert auroc([0.5], [0.5]) == 0.5


def test_fewer_messages_are_the_same_ones_each_time_and_nothing_else_changes(folder):
    pair = sets.hwu64(folder, 1)
    fewer = sets.fewer(pair, 2)
    assert fewer == sets.fewer(pair, 2) and set(fewer.test) < set(pair.test) and fewer.train == pair.train
    assert sets.fewer(pair, 10**6) == pair


def test_without_a_threshold_what_needs_one_stays_unsaid():
    found = figures([Said("1", "a"), Said("2", OUTSIDE)], [("a", 0.9), ("a", 0.2)], None, 1.0, 2.0)
    assert (found.accuracy, found.auroc, found.accuracy_kept, found.outside_found) == (1.0, 1.0, None, None)


def test_draws_are_told_together_and_what_was_not_measured_stays_unsaid():
    told = together([{"accuracy": 0.8, "auroc": None}, {"accuracy": 0.9, "auroc": None}])
    assert told == {"accuracy": {"mean": 0.85, "spread": 0.0707}, "auroc": None}


def test_the_picture_is_well_formed_and_shows_every_way():
    made = picture([("A set & more", {"ours": (0.9, 0.01), "stock <1>": (0.7, 0.0)})])
    drawn = ElementTree.fromstring(made)  # noqa: S314  our own
    shown = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert shown == ["A set & more", "ours", "90.0%", "stock <1>", "70.0%"]


def test_our_own_pipeline_is_the_one_the_product_trains():
    names = [part["name"] for part in ours()]
    assert names == [
        "nlu.components.SpacyBlankTokenizer",
        "nlu.components.SentenceFeaturizer",
        "nlu.components.SpellingFeaturizer",
        "LogisticRegressionClassifier",
    ]
    assert not set(names) & set(NOT_ABOUT_INTENTS)


@pytest.mark.slow
def test_ours_learns_a_small_set_through_rasa_and_by_needs(folder, tmp_path):
    out = tmp_path / "found.json"
    assert main([str(folder), "--quick", "--only", "needs", "kind", "--out", str(out)]) == 0
    for told in json.loads(out.read_text())["sets"]["HWU64, 5 examples an intent"].values():
        assert told["accuracy"]["mean"] == 1.0, "'set an alarm' and 'remove an alarm' are not told apart"
        assert told["train_seconds"]["mean"] > 0 and told["ms"]["mean"] > 0
