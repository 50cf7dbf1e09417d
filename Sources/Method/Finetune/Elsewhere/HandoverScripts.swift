import Ground

/// The scripts that lie beside the rows for every trainer.
enum HandoverScripts {
    /// The beginning of train.sh: its words, and how a batch is dealt out so that every GPU has the same number of whole passes.
    static func opening(_ settings: HandoverSettings, name: String) -> String {
        """
        #!/bin/sh
        # Trains with \(name) on the rows beside this file, on one GPU or on GPUS of them:
        #   sh train.sh [BASE [OUT [GPUS]]]
        set -eu
        here=$(cd "$(dirname "$0")" && pwd)
        base=${1:-\(quoted(settings.base))}
        out=${2:-"$here/model"}
        gpus=${3:-1}
        python=${PYTHON:-python3}
        batch=\(settings.options.batch)
        longest=\(settings.longest)
        share=$((batch / gpus))
        if [ $((share * gpus)) -ne "$batch" ] || [ "$share" -eq 0 ]; then
            echo "a batch of $batch rows cannot be dealt out to $gpus GPUs; take a number of GPUs that divides it" >&2
            exit 2
        fi
        # Rows of one pass: as many as have 16,384 tokens at most; the rest of the share is accumulated. ROWS=N says otherwise.
        rows=${ROWS:-$share}
        while [ "$rows" -gt 1 ] && { [ $((share % rows)) -ne 0 ] || { [ -z "${ROWS:-}" ] && [ $((rows * longest)) -gt 16384 ]; }; }; do
            rows=$((rows - 1))
        done
        accumulate=$((share / rows))

        """
    }

    /// The end of train.sh.
    static let closing = """

        "$python" "$here/finish.py" "$out"
        echo "trained: $out"

        """

    /// Puts beside the weights what belongs to them and no trainer writes: our notes, the tokenizer with its template, the licence.
    static func finish(_ package: String) -> String {
        """
        \"""Puts the card of the model beside the weights that were trained: finish.py OUT\"""
        import importlib.metadata
        import json
        import pathlib
        import shutil
        import sys

        here, out = pathlib.Path(__file__).resolve().parent, pathlib.Path(sys.argv[1])
        if not any((out / name).exists() for name in ("config.json", "adapter_config.json")):
            sys.exit(f"{out} holds no model and no adapters; the training did not write any")
        for file in (here / "card").iterdir():
            shutil.copyfile(file, out / file.name)
        notes = json.loads((out / "humpback.json").read_text())
        program = "\(package) " + importlib.metadata.version("\(package)")
        notes["trained_by"] = ", ".join(word for word in (notes.get("trained_by"), program) if word)
        (out / "humpback.json").write_text(json.dumps(notes, indent=2, ensure_ascii=False, sort_keys=True) + "\\n")

        """
    }

    /// A word as a shell reads it back.
    static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

    /// What lies in the folder, for a person.
    static func readme(_ trainer: OtherTrainer, _ settings: HandoverSettings) -> String {
        let options = settings.options
        let what = settings.adapters.map { "adapters of rank \($0.rank)" } ?? "all weights"
        return """
            # A training for \(trainer.rawValue)

            \(Figures.grouped(settings.rows)) rows, \(options.steps) steps of \(options.batch), \(what), learning rate \(settings.learningRate).

            | file | what it is |
            | --- | --- |
            | `train.sh` | `sh train.sh [BASE [OUT [GPUS]]]` trains and finishes the model; the base is \(settings.base) where none is given |
            | `train.jsonl`, `held-out.jsonl` | `input_ids` and `labels`: -100 where no loss is, as `humpback show-mask` shows |
            | `messages.jsonl` | the same rows as text, in the same order, for another template |
            | `settings.json` | the numbers |
            | `card/` | tokenizer, chat template, notes and licence, which `finish.py` puts beside the weights |

            `pip install \(trainer.package)` first\(trainer == .axolotl ? " (its page says how for your CUDA)" : ""). What comes out, a model or adapters, is taken \
            as it is:

                humpback generate --model OUT
                humpback evaluate --model OUT --data held-out.jsonl
                humpback merge BASE OUT MERGED          (adapters, for good)

            \(notes(trainer))

            """
    }

    private static func notes(_ trainer: OtherTrainer) -> String {
        switch trainer {
        case .trl:
            "Weights, gradients and moments are float32, products bfloat16 where the GPU has it (PRECISION=float32 says otherwise). With more "
                + "than one GPU the weights are sharded by FSDP, or with SHARDING=deepspeed by DeepSpeed ZeRO 3. The schedule is ours step by step."
        case .axolotl, .llamaFactory:
            "With more than one GPU the weights are sharded by DeepSpeed ZeRO 3. Warm-up begins at a rate of 0, one step below ours."
        case .torchtune:
            "With more than one GPU the weights are sharded by FSDP2. Its AdamW decays norms too, and an epoch leaves out the rows of a last batch "
                + "that is not full."
        }
    }
}
