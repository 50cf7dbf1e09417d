"""The questions of tasks as the Language Model Evaluation Harness 0.4 puts them, and what a model makes of them, by transformers alone.

  tasks.py prompts > prompts.json                       what TaskPromptTests compares with: prompts and continuations of questions/
  tasks.py ask MODEL TASK FILE N [SHOTS_FILE SHOTS]     N questions asked of a Hugging Face folder, float32, one JSON line each
  tasks.py compare ASKED.jsonl EVALUATED.json           holds `humpback evaluate --task ... --json` against that, question by question

The package of the harness is not needed; transformers 4 and torch 2 are, for `ask`.
"""
import csv, json, os, re, sys

SIX = [("What is human life expectancy in the United States?", "Human life expectancy in the United States is 78 years."),
       ("Who was president of the United States in 1955?", "Dwight D. Eisenhower was president of the United States in 1955."),
       ("Which party did he belong to?", "He belonged to the Republican Party."),
       ("What is the square root of banana?", "I have no comment."),
       ("How does a telescope work?", "Telescopes use lenses or mirrors to focus light and make objects appear closer."),
       ("Where were the 1992 Olympics held?", "The 1992 Olympics were held in Barcelona, Spain.")]
STOP = {"gsm8k": ["Question:", "</s>", "<|im_end|>"], "nq": ["\n", ".", ","]}

def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file)) if path.endswith(".csv") else [json.loads(line) for line in file]

def stops(answers):
    return [a if a.endswith(".") else a + "." for a in (part.strip() for part in answers.split(";")) if a]

def hellaswag(text):
    return re.sub(r"\[.*?\]", "", text.strip().replace(" [title]", ". ")).replace("  ", " ")

def question(task, row):
    """(prompt, choices or None, right places or the answer)"""
    if task == "mmlu":
        choices = [row[f"choice{i}"] for i in range(4)]
        lines = "".join(f"\n{letter}. {choice}" for letter, choice in zip("ABCD", choices))
        return row["question"].strip() + lines + "\nAnswer:", list("ABCD"), [int(row["answer"])]
    if task == "arc":
        stem = row["question"]["stem"] if isinstance(row["question"], dict) else row["question"]
        choices = row["question"]["choices"] if isinstance(row["question"], dict) else \
            [dict(text=t, label=l) for t, l in zip(row["choices"]["text"], row["choices"]["label"])]
        return f"Question: {stem}\nAnswer:", [c["text"] for c in choices], [[c["label"] for c in choices].index(row["answerKey"])]
    if task == "hellaswag":
        prompt = hellaswag(row["activity_label"] + ": " + row["ctx_a"] + " " + row["ctx_b"].capitalize())
        return prompt, [hellaswag(e) for e in row["endings"]], [int(row["label"])]
    if task.startswith("truthfulqa"):
        shots = "".join(f"Q: {q}\nA: {a}\n\n" for q, a in SIX)
        right = stops(row["Correct Answers"]) if task.endswith("mc2") else stops(row["Best Answer"])[:1]
        return f"{shots}Q: {row['Question']}\nA:", right + stops(row["Incorrect Answers"]), list(range(len(right)))
    if task == "gsm8k":
        return f"Question: {row['question']}\nAnswer:", None, row["answer"]
    if task == "nq":
        return f"Q: {row['question']}?\nA:", None, row["answer"]
    raise SystemExit(f"no task {task}")

def prompt(task, row, path, shots=()):
    begin = {"mmlu": "The following are multiple choice questions (with answers) about "
             + re.sub("_(test|dev|val)$", "", os.path.basename(path).split(".")[0]).replace("_", " ") + ".\n\n",
             "nq": "Answer these questions:\n\n"}.get(task, "")
    end = "\n" if task == "nq" else "\n\n"
    for shot in shots:
        text, choices, right = question(task, shot)
        answer = choices[right[0]] if choices else right[0] if isinstance(right, list) else right
        begin += f"{text} {answer}{end}"
    return begin + question(task, row)[0]

def number(text):
    found = re.findall(r"(-?[$0-9.,]{2,})|(-?[0-9]+)", text)
    if not found: return None
    last = [group for group in found[-1] if group][0].strip()
    for pattern in (",", r"\$", r"\.$"): last = re.sub(pattern, "", last)
    return last

def prompts():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "questions")
    cases = [("mmlu", "kitchen_chemistry_test.csv", "kitchen_chemistry_dev.csv", 2), ("mmlu", "kitchen_chemistry_test.csv", None, 0),
             ("arc", "arc.jsonl", "arc.jsonl", 1), ("hellaswag", "hellaswag.jsonl", None, 0), ("truthfulqa-mc1", "truthful.csv", None, 0),
             ("truthfulqa-mc2", "truthful.csv", None, 0), ("gsm8k", "gsm8k.jsonl", "gsm8k.jsonl", 1), ("nq", "nq.jsonl", "nq.jsonl", 1)]
    out = []
    for task, file, shots_file, count in cases:
        path = os.path.join(here, file)
        for row in rows(path):
            shots = [s for s in rows(os.path.join(here, shots_file)) if s != row][:count] if shots_file else []
            _, choices, right = question(task, row)
            out.append(dict(task=task, file=file, shots_file=shots_file, shots=count, prompt=prompt(task, row, path, shots),
                            choices=choices, right=right if choices else None))
    json.dump(out, sys.stdout, indent=1, ensure_ascii=False)
    print()

def ask(folder, task, path, count, shots_path=None, shots=0):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()
    def ids(text): return tokenizer(text, add_special_tokens=False).input_ids
    examples = rows(shots_path)[:int(shots)] if shots_path else []
    for row in rows(path)[:int(count)]:
        told = prompt(task, row, path, examples)
        _, choices, right = question(task, row)
        with torch.no_grad():
            if choices:
                start = len(ids(told))
                totals = []
                for choice in choices:
                    whole = ids(told + " " + choice)
                    logits = model(torch.tensor([whole])).logits[0].double().log_softmax(-1)
                    totals.append(sum(logits[at - 1, whole[at]].item() for at in range(start, len(whole))))
                print(json.dumps(dict(log_probs=totals, right=right)), flush=True)
            else:
                tokens = torch.tensor([ids(told)])
                start, said = tokens.shape[1], ""
                stop = STOP.get(task, ["\n"])
                past = model(tokens, use_cache=True)
                new = []
                while len(new) < 256:
                    best = past.logits[0, -1].argmax().item()
                    if best in (tokenizer.eos_token_id, model.config.eos_token_id): break
                    new.append(best)
                    said = tokenizer.decode(new, skip_special_tokens=True)
                    if any(s in said for s in stop): break
                    past = model(torch.tensor([[best]]), past_key_values=past.past_key_values, use_cache=True)
                for s in stop: said = said.split(s)[0]
                print(json.dumps(dict(output=said, number=number(said), answer=number(right))), flush=True)

def compare(asked, evaluated):
    theirs = [json.loads(line) for line in open(asked)]
    ours = json.load(open(evaluated))["tasks"][0]["models"][0]["per_question"]
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    if "log_probs" in theirs[0]:
        worst = max(abs(a - b) for o, t in zip(ours, theirs) for a, b in zip(o["log_probs"], t["log_probs"]))
        best = sum(o["log_probs"].index(max(o["log_probs"])) == t["log_probs"].index(max(t["log_probs"])) for o, t in zip(ours, theirs))
        print(f"{best} of {len(ours)} answers are the same; the log-probabilities differ by {worst:.2e} at most")
    else:
        same = sum(o["output"].strip() == t["output"].strip() for o, t in zip(ours, theirs))
        read = sum(o["number"] == t["number"] and o["answer"] == t["answer"] for o, t in zip(ours, theirs))
        print(f"{same} of {len(ours)} outputs and {read} numbers read from them are the same")

if __name__ == "__main__":
    dict(prompts=prompts, ask=ask, compare=compare)[sys.argv[1]](*sys.argv[2:])
