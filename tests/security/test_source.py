"""What the source may not hold: ways to run what came as data, markup for text from outside, unargued exceptions."""

import ast
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "scanview").rglob("*.py"))
SCREENS = sorted((ROOT / "scanview" / "ui").rglob("*.py"))

RUNS_DATA = {"eval", "exec", "compile", "__import__"}
LOADS_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib", "yaml", "jsonpickle", "imp"}
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "commands.getoutput"}
MARKUP = {"setHtml", "insertHtml", "appendHtml", "setMarkdown", "insertMarkdown", "QTextBrowser", "QTextEdit",
          "QErrorMessage", "QMessageBox", "RichText", "MarkdownText", "AutoText", "setOpenExternalLinks", "openUrl",
          "QTextDocument"}  # fmt: skip


def name_of(path):
    return str(path.relative_to(ROOT))


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def given(call, name):
    return next((word.value for word in call.keywords if word.arg == name), None)


def is_true(node):
    return isinstance(node, ast.Constant) and node.value is True


def wrong_calls(tree):
    """The calls by which data could become a program."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = dotted(call.func)
        if name in RUNS_DATA | SHELLS:
            yield call.lineno, name
        if name.endswith("torch.load") and not is_true(given(call, "weights_only")):
            yield call.lineno, "torch.load without weights_only=True"
        if given(call, "shell") is not None and not (
            isinstance(given(call, "shell"), ast.Constant) and given(call, "shell").value is False
        ):
            yield call.lineno, "a shell"
        if is_true(given(call, "allow_pickle")):
            yield call.lineno, "allow_pickle"
        if name.endswith("register_custom_ops_library"):
            yield call.lineno, name


def wrong_imports(tree):
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name.partition(".")[0] in LOADS_CODE:
                yield node.lineno, name


def found(paths, look):
    """What `look` finds in each of the sources, by the file's name."""
    every = {name_of(path): list(look(ast.parse(path.read_text(encoding="utf-8")))) for path in paths}
    return {name: wrong for name, wrong in every.items() if wrong}


def test_nothing_that_came_as_data_is_run():
    assert found(PROGRAMS, lambda tree: [*wrong_calls(tree), *wrong_imports(tree)]) == {}


@pytest.mark.parametrize(
    "source",
    [
        "eval(x)",
        "exec(x)",
        "import pickle",
        "from pickle import loads",
        "import yaml.loader",
        "torch.load(x)",
        "torch.load(x, weights_only=False)",
        "subprocess.run(x, shell=True)",
        "subprocess.run(x, shell=y)",
        "os.system(x)",
        "np.load(x, allow_pickle=True)",
        "options.register_custom_ops_library(x)",
    ],
)
def test_such_source_is_noticed(source):
    tree = ast.parse(source)

    assert [*wrong_calls(tree), *wrong_imports(tree)]


def markup(tree):
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return sorted((names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}) & MARKUP)


def guessing_labels(tree):
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if dotted(call.func) == "QLabel"]


def test_no_screen_takes_text_for_markup():
    assert found(SCREENS, markup) == {}
    assert markup(ast.parse("box = QMessageBox(); field.setHtml(x)"))


def test_every_label_is_one_of_ours_which_are_plain():
    """Qt's own labels guess whether a text is markup; `scanview.ui.parts` has those that never do."""
    assert found([path for path in SCREENS if path.name != "parts.py"], guessing_labels) == {}
    assert guessing_labels(ast.parse("QLabel('x')"))


def unargued(path):
    with path.open("rb") as file:
        comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
    return [token.start[0] for token in comments if re.search(r"noqa:?\s*(S\d+)?\s*$", token.string)]


def test_every_exception_from_the_rules_of_security_is_argued():
    assert {name_of(path): lines for path in PROGRAMS if (lines := unargued(path))} == {}


def test_the_rules_of_security_hold_for_the_whole_of_scanview():
    """S101 is the one that is off: an assert states an invariant, and guards nothing that an attacker can reach."""
    done = subprocess.run(
        [ROOT / ".venv/bin/ruff", "check", "--isolated", "--select", "S", "--ignore", "S101", "scanview"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout
