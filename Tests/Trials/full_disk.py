#!/usr/bin/env python3
"""Lets the disk run full at points of `run`, gives space again, and compares what it ends with to an undisturbed run, byte for byte.

    Tests/Trials/full_disk.py [--points 20] [HUMPBACK]

The disk is a file system in memory, mounted where nobody else sees it, which takes root or a kernel that lets users have namespaces; where
neither is so, the status is 77. At each point a file takes all but so much of it.
"""
import argparse, os, pathlib, shutil, subprocess, sys, tempfile

from trial import RUN, STANDARD_TOOL, same, tool_run, world


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("tool", nargs="?", default=STANDARD_TOOL)
    given = parser.parse_args()
    if not given.inside:
        base = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        if shutil.which("unshare") is None or subprocess.run(base + ["true"], capture_output=True).returncode != 0: return 77
        return subprocess.run(base + [sys.executable, __file__, "--inside", "--points", str(given.points), given.tool]).returncode
    tool = str(pathlib.Path(given.tool).resolve())
    place = world(tool, pathlib.Path(tempfile.mkdtemp(prefix="humpback-full-")))
    disk = place / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], capture_output=True).returncode != 0: return 77
    words, files = RUN
    whole = place / "whole"
    whole.mkdir()
    ended = tool_run(tool, [w.replace("DIR", str(whole)) for w in words], place)
    if ended.returncode != 0:
        print(f"undisturbed, status {ended.returncode}: {ended.stderr.decode(errors='replace')[-500:]}")
        return 1
    size = sum(f.stat().st_size for f in whole.rglob("*") if f.is_file())
    failures, stopped = 0, 0
    for point in range(given.points):
        for old in disk.iterdir(): shutil.rmtree(old) if old.is_dir() else old.unlink()
        free = 4096 + size * point // given.points
        ballast = disk / "ballast"
        with open(ballast, "wb") as out: out.truncate(0); os.posix_fallocate(out.fileno(), 0, max(4096, (64 << 20) - free // 4096 * 4096))
        here = [w.replace("DIR", str(disk)) for w in words]
        full = tool_run(tool, here, place)
        said = full.stderr.decode(errors="replace")
        tell = "space" in said and full.returncode in (1, 2)
        if full.returncode != 0:
            stopped += 1
            if not tell:
                failures += 1
                print(f"{free} bytes free: status {full.returncode}: {said[-400:]}", flush=True)
        ballast.unlink()
        again = tool_run(tool, here, place)
        wrong = same(whole, disk, files)
        if again.returncode != 0 or wrong:
            failures += 1
            print(f"{free} bytes free, then space: status {again.returncode}, different {wrong}: {again.stderr.decode(errors='replace')[-400:]}", flush=True)
    print(f"run: a full disk at {given.points} points, {stopped} of them stopped it, {failures} wrong", flush=True)
    subprocess.run(["umount", str(disk)])
    shutil.rmtree(place)
    if stopped == 0: failures += 1
    return 1 if failures else 0


if __name__ == "__main__": sys.exit(main())
