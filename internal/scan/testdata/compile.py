"""Compiles each N.after of a folder whose N.before compiles: an old Python does
not know newer syntax. Prints how many."""
import pathlib
import sys

count = 0
for before in sorted(pathlib.Path(sys.argv[1]).glob("*.before")):
    try:
        compile(before.read_bytes(), before.name, "exec")
    except SyntaxError:
        continue
    after = before.with_suffix(".after")
    compile(after.read_bytes(), after.name, "exec")
    count += 1
print(count)
