import pathlib
import subprocess
import sys


def test_a_script_for_the_original_example_works_unchanged(server):
    script = pathlib.Path(__file__).with_name("original_script.py")
    command = [sys.executable, str(script), server.host, str(server.port)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "PASS\n"
