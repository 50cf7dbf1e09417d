"""The shapes that speed is measured on, as configurations of transformers."""
from transformers import LlamaConfig, Qwen2Config

# hidden, feed-forward, layers, heads, key-value heads, vocabulary
SHAPES = {"stories-15m": (288, 768, 6, 6, 6, 32000), "calf-small": (192, 512, 6, 6, 3, 4096),
          "smollm2-135m": (576, 1536, 30, 9, 3, 49152), "qwen2.5-0.5b": (896, 4864, 24, 14, 2, 151936)}


def configuration(shape, vocabulary=0, **more):
    """The configuration of a shape; `vocabulary` in the place of its own where it is not 0."""
    hidden, feed_forward, layers, heads, key_value_heads, own_vocabulary = SHAPES[shape]
    kind = Qwen2Config if shape.startswith("qwen") else LlamaConfig
    return kind(
        vocab_size=vocabulary or own_vocabulary, hidden_size=hidden, intermediate_size=feed_forward, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=key_value_heads, max_position_embeddings=2048, tie_word_embeddings=True, **more)
