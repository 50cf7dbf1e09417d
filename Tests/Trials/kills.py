#!/usr/bin/env python3
"""Kills commands (SIGKILL) at random times, again and again, and compares what they end with to an undisturbed run, byte for byte.

    Tests/Trials/kills.py [--kills 200] [--command NAME] [--seed 1] [HUMPBACK]

Commands: augment, curate, curate-top (--top-fraction), finetune (adapters), run. The same command goes on each time, as a user would have it.
"""
import argparse, os, pathlib, random, shutil, signal, subprocess, sys, tempfile, time

from trial import COMMANDS, STANDARD_TOOL, same, tool_run, world


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("tool", nargs="?", default=STANDARD_TOOL)
    given = parser.parse_args()
    tool = str(pathlib.Path(given.tool).resolve())
    place = world(tool, pathlib.Path(tempfile.mkdtemp(prefix="humpback-kills-")))
    environment = dict(os.environ, HUMPBACK_CACHE=str(place / "no-cache"))
    failures = 0
    for name, (words, files) in COMMANDS.items():
        if given.command not in (None, name): continue
        rnd = random.Random(f"{given.seed} {name}")
        whole = place / f"{name}-whole"
        whole.mkdir()
        begin = time.monotonic()
        ended = tool_run(tool, [w.replace("DIR", str(whole)) for w in words], place)
        length = time.monotonic() - begin
        if ended.returncode != 0 or same(whole, whole, files):
            print(f"{name}: undisturbed, status {ended.returncode}: {ended.stderr.decode(errors='replace')[-500:]}")
            failures += 1
            continue
        kills, rounds, bad = 0, 0, 0
        while kills < given.kills:
            rounds += 1
            killed = place / f"{name}-killed"
            shutil.rmtree(killed, ignore_errors=True)
            killed.mkdir()
            tries = 0
            while True:
                run = subprocess.Popen([tool] + [w.replace("DIR", str(killed)) for w in words], cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, env=environment)
                tries += 1
                # After some kills it may go to its end, or a short command would never get far.
                wait = None if tries > 12 or kills >= given.kills else rnd.uniform(0, length * 1.05)
                try:
                    _, said = run.communicate(timeout=wait if wait is not None else 300)
                except subprocess.TimeoutExpired:
                    run.send_signal(signal.SIGKILL)
                    run.communicate()
                    if wait is None:
                        said, run.returncode = b"no end within 300 s", -1
                        break
                    kills += 1
                    continue
                break
            wrong = same(whole, killed, files)
            if run.returncode != 0 or wrong:
                bad += 1
                kept = place / f"{name}-failed-{bad}"
                shutil.copytree(killed, kept)
                print(f"{name}: round {rounds}: status {run.returncode}, different {wrong}: {said.decode(errors='replace')[-400:]} ({kept})", flush=True)
                if bad > 5: break
        failures += bad
        print(f"{name}: {kills} kills in {rounds} rounds of {length:.2f} s, {bad} ended otherwise than an undisturbed run", flush=True)
    if failures == 0: shutil.rmtree(place)
    return 1 if failures else 0


if __name__ == "__main__": sys.exit(main())
