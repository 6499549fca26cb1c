"""Sentence-transformers models small enough to be made in a test: random, 32 dimensions, few words."""

from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

WORDS = ["riluzole", "slows", "als", "motor", "neuron", "disease", "gene", "query", ":", "passage"]


def save_base_model(folder: Path) -> Path:
    """A random BERT of two layers and 32 dimensions with a small vocabulary."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    tokenizer = Tokenizer(WordPiece({p: n for n, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=40,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(pieces),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=48,
        )
    ).save_pretrained(folder)
    return folder


def save_model(base: Path, folder: Path, *modules: torch.nn.Module, **given: Any) -> Path:
    """A sentence-transformers model of the base; mean pooling where no modules are given."""
    layers = [Transformer(str(base)), *(modules or (Pooling(32, "mean"),))]
    SentenceTransformer(modules=layers, device="cpu", **given).save(str(folder))
    return folder
