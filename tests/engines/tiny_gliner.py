"""A model of GLiNER with random weights, made in a second: it names at random, but its interface is the real one."""

from __future__ import annotations

from pathlib import Path

__all__ = ["make_gliner"]


def make_gliner(folder: Path) -> Path:
    """Write the model into a folder."""
    import torch
    from gliner import GLiNER
    from gliner.config import GLiNERConfig
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, PreTrainedTokenizerFast

    torch.manual_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: number for number, word in enumerate(special)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    encoder = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    backbone = folder / "backbone"
    fast.save_pretrained(backbone)
    encoder.save_pretrained(backbone)
    config = GLiNERConfig(model_name=str(backbone), hidden_size=16, max_width=4, max_len=128)
    model = GLiNER.from_config(config, backbone_from_pretrained=False)
    model.save_pretrained(str(folder))
    return folder
