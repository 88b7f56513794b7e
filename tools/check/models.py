"""The quick cases of the engine's model give what they are expected to: tools/models/README.md."""

import subprocess
import sys


def run(root):
    model = root / "tools/models/engine_model.py"
    done = subprocess.run([sys.executable, str(model)], capture_output=True, text=True, check=False)
    problems = [line[2:].strip() for line in done.stdout.splitlines() if line.startswith("??")]
    if done.returncode != 0 and not problems:
        problems = [f"tools/models/engine_model.py ended with {done.returncode}: {done.stderr.strip()[-500:]}"]
    return problems
