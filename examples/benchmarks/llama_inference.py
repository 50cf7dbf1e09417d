#!/usr/bin/env python3
"""What llama.cpp does with the work that `humpback bench` times: the same shapes, prompts of random tokens, as many threads.

Usage: llama_inference.py MODEL.gguf:TASK:COUNT...
    TASK   score  COUNT prompts of 600 tokens, the logits of the last position
           gen    COUNT prompts of 400 tokens, 32 new ones each at T 0.7 and top-p 0.9, all in one batch of sequences
           gen40  the same among the 40 likeliest tokens, which spares llama.cpp the sorting of the vocabulary
           one    one stream of COUNT tokens, the likeliest each
Jobs of one file that follow each other share the model. Make the files with random_model.py and
`humpback convert FOLDER MODEL.gguf --storage f16` (or q8_0). With llama-cpp-python 0.3.36.
"""
import ctypes
import os
import resource
import sys
import time

import numpy
from llama_cpp import llama_cpp as api

THREADS = int(os.environ.get("THREADS", "2"))
SCORED, PROMPT, NEW = 600, 400, 32


class Session:
    """One context over a model: `sequences` of `length` tokens each."""

    def __init__(self, model, sequences, length):
        settings = api.llama_context_default_params()
        settings.n_seq_max = sequences
        settings.n_ctx = sequences * ((length + 31) // 32 * 32)
        settings.n_batch = max(2048, length)
        settings.n_ubatch = 512
        settings.n_threads = settings.n_threads_batch = THREADS
        self.context = api.llama_init_from_model(model, settings)
        if not self.context:
            sys.exit("llama.cpp makes no context of this size")
        self.memory = api.llama_get_memory(self.context)
        self.capacity = settings.n_batch
        self.batch = api.llama_batch_init(self.capacity, 0, 1)
        self.vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(model))

    def close(self):
        api.llama_batch_free(self.batch)
        api.llama_free(self.context)

    def forget(self):
        api.llama_memory_clear(self.memory, False)

    def run(self, entries):
        """Computes (token, position, sequence, whether its logits are wanted) for every entry."""
        for row, (token, position, sequence, wanted) in enumerate(entries):
            self.batch.token[row] = token
            self.batch.pos[row] = position
            self.batch.n_seq_id[row] = 1
            self.batch.seq_id[row][0] = sequence
            self.batch.logits[row] = wanted
        self.batch.n_tokens = len(entries)
        if api.llama_decode(self.context, self.batch) != 0:
            sys.exit("llama.cpp could not compute a batch")

    def best(self, row):
        logits = api.llama_get_logits_ith(self.context, row)
        return int(numpy.ctypeslib.as_array(logits, (self.vocabulary,)).argmax())


def sampler(top_k):
    chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
    if top_k:
        api.llama_sampler_chain_add(chain, api.llama_sampler_init_top_k(top_k))
    api.llama_sampler_chain_add(chain, api.llama_sampler_init_top_p(0.9, 1))
    api.llama_sampler_chain_add(chain, api.llama_sampler_init_temp(0.7))
    api.llama_sampler_chain_add(chain, api.llama_sampler_init_dist(1))
    return chain


def prompt_entries(prompt, sequence):
    last = len(prompt) - 1
    return [(int(token), place, sequence, place == last) for place, token in enumerate(prompt)]


def prompts(count, length):
    return numpy.random.default_rng(0).integers(3, 8000, (count, length))


def score(model, count):
    session = Session(model, 1, SCORED)
    texts = prompts(count + 1, SCORED)

    def pass_over(text):
        session.forget()
        session.run(prompt_entries(text, 0))
        session.best(SCORED - 1)

    pass_over(texts[count])
    start = time.perf_counter()
    for text in texts[:count]:
        pass_over(text)
    seconds = time.perf_counter() - start
    session.close()
    return f"{count * SCORED / seconds:.0f} tokens/s"


def gen(model, count, top_k=0):
    session = Session(model, count, PROMPT + NEW)
    chain = sampler(top_k)
    texts = prompts(count, PROMPT)
    start = time.perf_counter()
    drawn = [0] * count
    together = session.capacity // PROMPT
    for first in range(0, count, together):
        group = range(first, min(count, first + together))
        session.run([entry for sequence in group for entry in prompt_entries(texts[sequence], sequence)])
        for place, sequence in enumerate(group):
            drawn[sequence] = api.llama_sampler_sample(chain, session.context, (place + 1) * PROMPT - 1)
    read = time.perf_counter() - start
    for step in range(NEW - 1):
        session.run([(drawn[sequence], PROMPT + step, sequence, True) for sequence in range(count)])
        drawn = [api.llama_sampler_sample(chain, session.context, row) for row in range(count)]
    seconds = time.perf_counter() - start
    api.llama_sampler_free(chain)
    session.close()
    return f"{seconds:.2f} s ({read:.2f} of them for the prompts)"


def one(model, count):
    session = Session(model, 1, count + 32)
    text = prompts(1, 16)[0]
    session.run(prompt_entries(text, 0))
    token = session.best(15)
    start = time.perf_counter()
    for step in range(count):
        session.run([(token, 16 + step, 0, True)])
        token = session.best(0)
    seconds = time.perf_counter() - start
    session.close()
    return f"{count / seconds:.1f} tokens/s"


TASKS = {"score": score, "gen": gen, "gen40": lambda model, count: gen(model, count, 40), "one": one}


@ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
def silence(level, text, user):
    pass


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    api.llama_log_set(silence, None)
    api.llama_backend_init()
    opened, model = None, None
    for job in sys.argv[1:]:
        path, task, count = job.rsplit(":", 2)
        if path != opened:
            if model:
                api.llama_model_free(model)
            model, opened = api.llama_model_load_from_file(path.encode(), api.llama_model_default_params()), path
            if not model:
                sys.exit(f"{path} cannot be read by llama.cpp")
        result = TASKS[task](model, int(count))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(f"{os.path.basename(path)}:{task}:{count:6} {result:32} peak {peak} MiB", flush=True)


if __name__ == "__main__":
    main()
