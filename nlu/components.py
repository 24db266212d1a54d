"""Rasa's view of the pure readers: thin graph components, nothing decided here. Alone in nlu/ in importing Rasa."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import (
    ENTITIES,
    FEATURE_TYPE_SENTENCE,
    FEATURE_TYPE_SEQUENCE,
    TEXT,
    TEXT_TOKENS,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.details import PHRASES, blank, read_details
from nlu.embedding import DIMENSIONS, SHA256, Vectors, embed, embed_one
from nlu.features import Spelling, learn_spelling, spelling_from
from nlu.places import Gazetteer
from nlu.welsh import in_english

KEPT = "spelling.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyBlankTokenizer(Tokenizer):
    """spaCy's English tokeniser without a downloaded model (0.02 ms a message)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No choice but Rasa's own keys."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None,
                "prefix_separator_symbol": None}  # fmt: skip

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyBlankTokenizer:
        """See Rasa's GraphComponent."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of `attribute` with their places in the text."""
        text = message.get(attribute)
        tokens = [Token(token.text, token.idx) for token in blank()(text) if not token.is_space]
        with_pattern: list[Token] = self._apply_token_pattern(tokens)
        return with_pattern


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailsExtractor(GraphComponent, EntityExtractorMixin):
    """Who for, age, when, cost, access and place, as `nlu.details` and `nlu.places` read them."""

    def __init__(self) -> None:
        """The gazetteer here knows real places only; actions look again with the places looked after here."""
        self._gazetteer = Gazetteer()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DetailsExtractor:
        """See Rasa's GraphComponent."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changing the phrase file must not reuse a cached result."""
        return hashlib.sha256(PHRASES.read_bytes()).hexdigest()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities found to each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [
                {"entity": said.label, "value": said.value, "start": said.start, "end": said.end,
                 "extractor": "DetailsExtractor"}
                for said in read_details(text)
            ]  # fmt: skip
            spot = self._gazetteer.find(text)
            if spot is not None:
                start = max(text.find(spot.said), 0)
                found.append({"entity": "place", "value": spot.name, "start": start, "end": start + len(spot.said),
                              "extractor": "DetailsExtractor"})  # fmt: skip
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """The sentence embedding as a dense feature; Welsh goes through its gloss."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Sequence features need tokens."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale`: a unit vector is lost beside Rasa's counts and its regression's fixed C=1; x5 acts as C=25."""
        return {**DenseFeaturizer.get_default_config(), "scale": 5.0}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Keep the scale; the model itself is loaded at first use."""
        super().__init__(name, config)
        self._scale = float(config["scale"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """See Rasa's GraphComponent."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that Rasa's own check does not see."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another model file must not reuse cached features."""
        return SHA256["model.onnx"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Features of what a resident just wrote; remembered for the action that follows."""
        for message in messages:
            if message.get(TEXT):
                self._set(message, embed_one(in_english(message.get(TEXT))))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Features of every training example, in small batches."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        vectors = embed([in_english(example.get(TEXT)) for example in examples])
        for example, vector in zip(examples, vectors):  # noqa: B905  one vector a text, by construction
            self._set(example, vector)
        return training_data

    def _set(self, message: Message, vector: Vectors) -> None:
        sentence = (self._scale * vector).reshape(1, DIMENSIONS)
        words = np.repeat(sentence, max(len(message.get(TEXT_TOKENS) or []), 1), axis=0)
        alias = self._config["alias"]
        for features, kind in ((words, FEATURE_TYPE_SEQUENCE), (sentence, FEATURE_TYPE_SENTENCE)):
            message.add_features(Features(features, kind, TEXT, alias))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingFeaturizer(SparseFeaturizer, GraphComponent):
    """Words and letters as sparse features beside the meaning: slang, names and how short a message is."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Rasa wants tokens before any featuriser."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale`: beside the meaning's, so that neither drowns the other."""
        return {**SparseFeaturizer.get_default_config(), "scale": 5.0}

    def __init__(self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource) -> None:
        """Nothing is known before training, or loading."""
        super().__init__(name, config)
        self._model_storage, self._resource = model_storage, resource
        self._spelling: Spelling | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingFeaturizer:
        """See Rasa's GraphComponent."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingFeaturizer:
        """From plain arrays: no pickle (CVE-2024-49375)."""
        featurizer = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / KEPT, allow_pickle=False) as kept:
            featurizer._spelling = spelling_from(kept)
        return featurizer

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that Rasa's own check does not see."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words and letters of the examples."""
        texts = [in_english(example.get(TEXT)) for example in training_data.training_examples if example.get(TEXT)]
        self._spelling = learn_spelling(texts)
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / KEPT, **self._spelling.kept())
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add a sparse row for each message."""
        said = [message for message in messages if message.get(TEXT)]
        if self._spelling and said:
            rows = self._spelling.of([in_english(message.get(TEXT)) for message in said]) * self._config["scale"]
            for message, row in zip(said, rows):  # noqa: B905  one row a message, by construction
                for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
                    message.add_features(Features(row.tocoo(), kind, TEXT, self._config["alias"]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for every example."""
        self.process(training_data.training_examples)
        return training_data
